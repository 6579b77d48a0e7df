import { sql } from '#common/db/index.ts'
import { type Db, publicNetwork as network } from '../../schema/index.ts'

/** A file that a public record names, and that nobody read yet. */
export interface NamedFile {
  kind: 'bundle' | 'readme'
  did: string
  /** rkey of the version; name of the package whose README it is. */
  key: string
  cid: string
  /** Bytes, as the record says. */
  size: number
  failures: number
  /** Origin of its PDS. */
  pds: string
}

/**
 * The file that is due and waits longest; bundles before READMEs, for versions are held until they are read.
 * @param hosts that are left alone now
 */
export async function nextFile(db: Db, hosts: readonly string[], now: Date): Promise<NamedFile | undefined> {
  const due = sql`f.due_at <= ${now} AND r.active AND r.pds <> ALL(${[...hosts]}::text[])`
  const of = sql`JOIN mirror_repo r ON r.network = f.network AND r.did = f.did WHERE f.network = ${network}`
  const { rows } = await sql<Omit<NamedFile, 'size'> & { size: string | number }>`
    (SELECT 'bundle' AS kind, f.did, f.rkey AS key, f.cid, f.size, f.failures, r.pds
      FROM mirror_bundle f ${of} AND ${due} ORDER BY f.due_at LIMIT 1)
    UNION ALL (SELECT 'readme', f.did, f.name, f.wanted, f.size, f.failures, r.pds
      FROM mirror_readme f ${of} AND ${due} ORDER BY f.due_at LIMIT 1)
    LIMIT 1`.execute(db)
  const next = rows[0]
  return next && { ...next, size: Number(next.size) }
}
