import { AtollError } from '#common/errors/index.ts'
import { callerGroups, enforcerOf } from '../rights/index.ts'
import { type OperationContext, required } from './context.ts'

/** @throws Forbidden, which names the missing permission */
export async function checkPermission(context: OperationContext): Promise<void> {
  const { operation, kind, input, services, caller } = context
  const { org } = operation
  const { did, handle = did } = required(caller, 'verifyCaller')
  if (kind.action === undefined) return
  const enforcer = await enforcerOf(services, org, { did, groups: () => groupsOfCaller(context) })
  const packageName = kind.packageOf(input)
  if (enforcer.allows(did, kind.action, packageName)) return
  const account = await services.host.accountOf(org)
  throw new AtollError('Forbidden', {
    actor: handle,
    action: kind.action,
    package: packageName === '*' ? (account?.handle ?? org) : packageName,
    missing: kind.action,
    org: account?.handle ?? org,
  })
}

/** Keys of the groups in which the caller is, as their identity provider says with this operation. */
export function groupsOfCaller({ services, caller, confirmation }: OperationContext): Promise<ReadonlySet<string>> {
  const { proofs, clock } = services
  const { did } = required(caller, 'verifyCaller')
  return callerGroups(did, required(confirmation, 'verifyIdToken'), { ...proofs, clock })
}
