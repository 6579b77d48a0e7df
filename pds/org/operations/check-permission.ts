import { createEnforcer } from '#common/authz/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { loadRights } from '../rights/index.ts'
import { type OperationContext, required } from './context.ts'

/** @throws Forbidden, which names the missing permission */
export async function checkPermission({
  operation: { org },
  kind,
  input,
  services: { host, managers },
  caller,
}: OperationContext): Promise<void> {
  const { did, handle = did } = required(caller, 'verifyCaller')
  if (kind.action === undefined) return
  const rights = { ...(await loadRights(host, org)), managers: await managers.of(org) }
  const enforcer = await createEnforcer(rights)
  const packageName = kind.packageOf(input)
  if (enforcer.allows(did, kind.action, packageName)) return
  const account = await host.accountOf(org)
  throw new AtollError('Forbidden', {
    actor: handle,
    action: kind.action,
    package: packageName === '*' ? (account?.handle ?? org) : packageName,
    missing: kind.action,
    org: account?.handle ?? org,
  })
}
