export { type ComponentConfig, componentSchema, loadComponentConfig } from './component.ts'
export {
  type IdpConfig,
  idpSchema,
  type NetworkConfig,
  networkSchema,
  type Peer,
  type PeerName,
  peerNames,
  peerSchema,
} from './network.ts'
