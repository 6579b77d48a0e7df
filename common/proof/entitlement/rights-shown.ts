import { createEnforcer, type RightsNow } from '#common/authz/index.ts'
import { joinTeams } from '#common/groups/index.ts'
import { app } from '#lexicons'
import type { Evidence } from './evidence.ts'
import type { ShownRight } from './read-right.ts'

const { team, permission, trustedPublisher } = app.npm.org

/**
 * What these rights allow, when nothing else is known of the organisation. Pure.
 * @param effective one at most for each place
 */
export async function rightsShown(
  effective: readonly ShownRight[],
  { managers, groups }: Pick<Evidence, 'managers' | 'groups'>,
): Promise<RightsNow> {
  const standing = effective.filter(({ value }) => value.retired !== true)
  const values = standing.map(({ value }) => value)
  const members = [...groups]
  const inGroup = (key: string) => members.filter(([, keys]) => keys.includes(key)).map(([did]) => did)
  const enforcer = await createEnforcer({
    managers,
    teams: joinTeams(values.filter(team.$isTypeOf), inGroup),
    rules: values.filter(permission.$isTypeOf),
  })
  const jobs = standing.flatMap(({ uri, value }) => (trustedPublisher.$isTypeOf(value) ? [[uri, value] as const] : []))
  return { enforcer, publishers: new Map(jobs) }
}
