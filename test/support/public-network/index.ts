export { settingsFor, startPublicNetwork } from './for-box.ts'
export type { ForeignAccount, ForeignPds } from './foreign-pds.ts'
export { PublicNetwork, type PublicNetworkOptions } from './public-network.ts'
export type { PublicVersion } from './publications.ts'
