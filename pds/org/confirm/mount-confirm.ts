import { decodeAssertion } from '#common/passkeys/index.ts'
import { method, peerAuthorizer } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { OrgServices } from '../operations/index.ts'

/**
 * For the other executor of operations, the AppView: who is who at the identity provider, and whose passkey is whose, stands
 * here and nowhere else. It decides with it for itself.
 */
export function mountConfirmPerson({
  host,
  bindings,
  passkeys,
}: Pick<OrgServices, 'host' | 'bindings' | 'passkeys'>): void {
  method(host.server, app.npm.operation.confirmPerson, {
    auth: peerAuthorizer(host.auth)(['appview']),
    handler: async ({ input: { did, issuer, challenge, passkey } }) => {
      const subject = await bindings.subjectOf(did, issuer)
      const signedByPasskey = passkey !== undefined
      if (signedByPasskey) await passkeys.verify(did, decodeAssertion(passkey), challenge)
      return { ...(subject === undefined ? {} : { subject }), signedByPasskey }
    },
  })
}
