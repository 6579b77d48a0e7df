import { AtollError } from '#common/errors/index.ts'
import { findRepo } from '../../ingest/repos.ts'
import { registeredOrgs } from '../../xrpc/registered-orgs.ts'
import { type LabelingContext, required } from './context.ts'

/**
 * By the rights in effect in the index, which only approved records of a registered organisation ever get into.
 * @throws Forbidden, which names the missing permission; NotReady
 */
export async function checkPermission({
  appview,
  operation: { org },
  kind,
  input,
  caller,
}: LabelingContext): Promise<void> {
  const { did, handle = did } = required(caller, 'verifyCaller')
  if (!(await appview.isBackfilled())) throw new AtollError('NotReady')
  const about = kind.packageOf(input)
  const registered = (await registeredOrgs(appview)).includes(org)
  if (registered && (await appview.enforcers.of(org)).allows(did, 'label', about)) return
  const called = (await findRepo(appview.db, org))?.handle ?? org
  const missing = about === '*' ? 'label' : `label on ${about}`
  throw new AtollError('Forbidden', { actor: handle, action: 'label', package: about, org: called, missing })
}
