import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { app } from '#lexicons'
import type { GatewayContext } from '../../context.ts'

/**
 * The organisation a rule names. The AppView finds it by its scope, the directory's verified log has to agree.
 * @throws NoRuleMatches when there is none of that handle; ComponentUnavailable
 */
export async function findOrg(
  { peers, identities, config }: Pick<GatewayContext, 'peers' | 'identities' | 'config'>,
  handle: string,
): Promise<{ did: string; handle: string }> {
  // Any name of the scope will do: a scope belongs to one organisation as a whole.
  const params = { name: `@${handle}/any`, viewer: config.self.did as DidString }
  const { org: did } = await peers.appview.call(app.npm.registry.resolveName, { params })
  const account = did === undefined ? undefined : await identities.resolve(did)
  if (account?.role === 'org' && account.handle === handle) return { did: account.did, handle }
  throw new AtollError('NoRuleMatches', { reason: `there is no organisation ${handle} here` })
}
