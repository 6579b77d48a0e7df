export { type JtiStore, type JtiTable, jtiMigration, PostgresJtiStore } from './jti-store.ts'
export { createPeerAuth, type PeerAuth } from './peer-auth.ts'
export { type ServiceClaims, signServiceToken, type TokenRequest } from './sign-service-token.ts'
export { verifyServiceToken } from './verify-service-token.ts'
