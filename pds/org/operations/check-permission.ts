import { refusalOf } from '#common/authz/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { callerGroups, enforcerOf } from '../rights/index.ts'
import { type OperationContext, required } from './context.ts'

/** @throws Forbidden, which names the missing permission; BreakGlassForbids */
export async function checkPermission(context: OperationContext): Promise<void> {
  const { operation, kind, input, services, caller } = context
  const { org } = operation
  const { did, handle = did } = required(caller, 'verifyCaller')
  const { action, irrevocable } = kind
  if (action === undefined) return
  const enforcer = await enforcerOf(services, org, { did, groups: () => groupsOfCaller(context) })
  const packageName = kind.packageOf(input)
  const refusal = refusalOf(enforcer, did, { action, irrevocable }, packageName)
  if (refusal === undefined) return
  const account = await services.host.accountOf(org)
  if (refusal === 'break-glass') {
    throw new AtollError('BreakGlassForbids', { actor: handle, org: account?.handle ?? org })
  }
  throw new AtollError('Forbidden', {
    actor: handle,
    action,
    package: packageName === '*' ? (account?.handle ?? org) : packageName,
    missing: action,
    org: account?.handle ?? org,
  })
}

/** Keys of the groups in which the caller is, as their identity provider says with this operation. */
export function groupsOfCaller({ services, caller, confirmation }: OperationContext): Promise<ReadonlySet<string>> {
  const { proofs, clock } = services
  const { did } = required(caller, 'verifyCaller')
  return callerGroups(did, required(confirmation, 'verifyIdToken'), { ...proofs, clock })
}
