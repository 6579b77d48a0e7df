export { DirectoryClient } from './directory-client.ts'
export { type AccountRequest, type KnownAccountRequest, Provisioner } from './provisioner.ts'
export type { PublicFace } from './public-face.ts'
export { SealedKeys } from './sealed-keys.ts'
