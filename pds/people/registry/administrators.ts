import { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'

type Registry = Pick<PeopleContext, 'host' | 'db' | 'config'>

const pageSize = 100
/** How many administrators of the registry a name takes that upstream has. */
export const neededAdministrators = 2

/**
 * The administrators of the registry: everybody whom it named a first manager of an organisation, and who has not left. Those an
 * organisation gave rights to are its own matter; break-glass changes rights and nothing else.
 */
export async function administratorsOf({ host, db, config }: Registry): Promise<string[]> {
  const named = new Set<string>()
  const { $type: collection } = app.npm.registry.org.main
  for (let after: string | undefined; ; ) {
    const page = await host.listRecords(config.registry.did, collection, { limit: pageSize, after })
    for (const { record } of page) for (const did of managersIn(record)) named.add(did)
    after = page.at(-1)?.rkey
    if (page.length < pageSize) break
  }
  if (named.size === 0) return []
  const rows = await db
    .selectFrom('person')
    .select('did')
    .where('did', 'in', [...named])
    .where('disabled_at', 'is', null)
    .orderBy('did')
    .execute()
  return rows.map(({ did }) => did)
}

/** Which of them approved exactly this record. */
export async function approvedBy(registry: Registry, uri: string, cid: string): Promise<string[]> {
  const { $type: collection } = app.npm.org.approval.main
  const approvers: string[] = []
  for (const did of await administratorsOf(registry)) {
    const approval = await registry.host.findRecord(did, collection, cid)
    const subject = approval?.record['subject'] as { uri?: unknown; cid?: unknown } | undefined
    if (subject?.uri === uri && subject.cid === cid) approvers.push(did)
  }
  return approvers
}

function managersIn(record: Record<string, unknown>): string[] {
  const parsed = app.npm.registry.org.main.safeParse(record)
  return parsed.success ? parsed.value.managers : []
}
