export { type EdgePeer, edgePeerSchema } from './config.ts'
export {
  createEdgeClient,
  type EdgeClient,
  type Face,
  type FaceBlob,
  type FaceState,
  type FaceWrite,
  type PresentRecord,
  type ReservedFace,
} from './edge-client.ts'
export { pagesOf } from './pages-of.ts'
export { type AccountHost, provisionFace } from './provision-face.ts'
