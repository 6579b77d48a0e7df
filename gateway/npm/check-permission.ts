import type { DidString } from '@atproto/syntax'
import type { Action } from '#common/authz/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { app } from '#lexicons'
import { checkOperation } from '../auth/access/index.ts'
import type { Session } from '../auth/token/index.ts'
import type { GatewayContext } from '../context.ts'
import type { Organisation } from './find-organisation.ts'

/**
 * Asked for fresh, so that nobody goes through the ceremony for what will be refused at its end.
 * @param wanted.package normalised name, or `*` for `manage`
 * @param wanted.staging a version waits for somebody else: a token for staging is enough
 * @throws Forbidden naming the permission that is missing; BreakGlassForbids; TokenStageOnly, TokenTooNarrow
 */
export async function checkPermission(
  { peers }: Pick<GatewayContext, 'peers'>,
  session: Session,
  wanted: {
    org: Organisation
    kind: { procedure: string; action: Action | undefined; irrevocable?: true }
    package: string
    staging?: boolean
  },
): Promise<void> {
  const { org, kind, staging } = wanted
  const { procedure, action = 'manage', irrevocable } = kind
  checkOperation(session, { procedure, about: wanted.package, staging })
  const asked = { org: org.did as DidString, actor: session.did as DidString, action, package: wanted.package }
  const params = { ...asked, ...(irrevocable === undefined ? {} : { irrevocable }) }
  const { allowed, missing, breakGlass } = await peers.appview.call(app.npm.registry.checkPermission, { params })
  if (allowed) return
  if (breakGlass === true) throw new AtollError('BreakGlassForbids', { actor: session.handle, org: org.handle })
  const about = wanted.package === '*' ? 'teams, permissions and names' : wanted.package
  const details = { actor: session.handle, action, package: about, org: org.handle }
  throw new AtollError('Forbidden', { ...details, missing: missing ?? `${action} ${wanted.package}` })
}
