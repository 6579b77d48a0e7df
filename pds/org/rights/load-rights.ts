import type { RecordSchema } from '@atproto/lex-schema'
import type { OrgRights } from '#common/authz/index.ts'
import type { TeamOfGroups } from '#common/groups/index.ts'
import { app } from '#lexicons'
import type { PdsHost } from '#pds/host/index.ts'

type Records = Pick<PdsHost, 'listRecords'>

const pageSize = 500

/** Teams and rules as their records say them. */
export interface RecordedRights {
  teams: readonly TeamOfGroups[]
  rules: OrgRights['rules']
}

/** The teams and rules in an organisation's repository that have not been retired. Nothing gets in there unapproved. */
export async function loadRights(host: Records, org: string): Promise<RecordedRights> {
  const teams: TeamOfGroups[] = []
  for await (const team of recordsOf(host, org, app.npm.org.team.main)) {
    if (team.retired !== true) teams.push(team)
  }
  const rules: OrgRights['rules'][number][] = []
  for await (const rule of recordsOf(host, org, app.npm.org.permission.main)) {
    if (rule.retired !== true) rules.push(rule)
  }
  return { teams, rules }
}

async function* recordsOf<Schema extends RecordSchema>(
  host: Records,
  org: string,
  schema: Schema,
): AsyncGenerator<Schema['__lex']['output']> {
  let after: string | undefined
  while (true) {
    const page = await host.listRecords(org, schema.$type, { limit: pageSize, after })
    for (const { record } of page) yield schema.parse(record)
    if (page.length < pageSize) return
    after = page.at(-1)?.rkey
  }
}
