import { sql } from '#common/db/index.ts'
import { app } from '#lexicons'
import { nameOfPackageKey } from '../index/keys.ts'
import { type Db, publicNetwork as network } from '../schema/index.ts'

/** Has every package rendered once more: the address of the gateway is in what was rendered, and the rules may be others than they were. */
export async function renderAll(db: Db, now: Date): Promise<void> {
  const { rows } = await sql<{
    did: string
    key: string
  }>`SELECT DISTINCT did, substring(rkey FROM '^(.*):[^:]*$') AS key
    FROM mirror_record WHERE network = ${network} AND collection = ${app.npm.package.version.$nsid}`.execute(db)
  const due = rows.flatMap(({ did, key }) => {
    const name = nameOfPackageKey(key)
    return name === undefined ? [] : [{ did, name }]
  })
  if (due.length === 0) return
  await sql`INSERT INTO mirror_due (network, did, name, due_at) SELECT ${network}, d.did, d.name, ${now}::timestamptz
    FROM unnest(${due.map(({ did }) => did)}::text[], ${due.map(({ name }) => name)}::text[]) AS d (did, name)
    ON CONFLICT DO NOTHING`.execute(db)
}
