export { checkEndpoint } from './check-endpoint.ts'
export type { FaceIdentity } from './context.ts'
export { Faces } from './faces.ts'
export { PublicDirectory } from './public-directory.ts'
