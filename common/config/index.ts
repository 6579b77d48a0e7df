export {
  type ComponentConfig,
  componentSchema,
  loadComponentConfig,
  processSchema,
  trustedProxiesSchema,
} from './component.ts'
export {
  type GroupsConfig,
  type IdpConfig,
  idpName,
  idpSchema,
  type MfaRule,
  maxAgeSchema,
  type NetworkConfig,
  networkSchema,
  type Peer,
  type PeerName,
  type Peers,
  peerNames,
  peerOf,
  peerSchema,
} from './network.ts'
export { publicFaceSchema } from './public-face.ts'
