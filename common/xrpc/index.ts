export {
  type CallOptions,
  createPeerClient,
  createXrpcClient,
  type PeerClient,
  PeerError,
  sendXrpc,
  type XrpcClientOptions,
} from './client.ts'
export { peerAuthorizer } from './peer-authorizer.ts'
export { requestIdHeader } from './request-id.ts'
export { type Call, type Lexicon, method, type Route } from './routes.ts'
export {
  bearerToken,
  createServer,
  listen,
  type Server,
  type ServerOptions,
  toAtollError,
  xrpcError,
} from './server.ts'
