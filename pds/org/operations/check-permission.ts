import { createEnforcer } from '#common/authz/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { joinTeams, type TeamOfGroups } from '#common/groups/index.ts'
import { callerGroups, loadRights } from '../rights/index.ts'
import { type OperationContext, required } from './context.ts'

/** @throws Forbidden, which names the missing permission */
export async function checkPermission(context: OperationContext): Promise<void> {
  const { operation, kind, input, services, caller } = context
  const { org } = operation
  const { host, managers } = services
  const { did, handle = did } = required(caller, 'verifyCaller')
  if (kind.action === undefined) return
  const { teams, rules } = await loadRights(host, org)
  const isInGroup = await groupsOfCaller(context, did, teams)
  const joined = joinTeams(teams, (group) => (isInGroup.has(group) ? [did] : []))
  const enforcer = await createEnforcer({ teams: joined, rules, managers: await managers.of(org) })
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

/** Nobody's groups are asked for where no team names any. */
async function groupsOfCaller(
  { services, confirmation }: OperationContext,
  did: string,
  teams: readonly TeamOfGroups[],
): Promise<ReadonlySet<string>> {
  if (!teams.some(({ groups = [] }) => groups.length > 0)) return new Set()
  const { proofs, clock } = services
  return callerGroups(did, required(confirmation, 'verifyIdToken'), { ...proofs, clock })
}
