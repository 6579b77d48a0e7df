import { subjectUri } from '#common/labels/index.ts'
import type { DueSubject } from '../due/index.ts'
import { type Db, network, type Tx } from '../schema/index.ts'

/** What a label can be about to count for a version. */
export interface VersionSubjects {
  version: string
  uri: string
  /** CID of its record; undefined for what has none. */
  cid: string | undefined
  /** DIDs of its organisation and of who stands behind it. */
  publishers: readonly string[]
}

/** The package as labels name it. */
export function packageUri(subject: DueSubject, version?: string): string {
  const { name } = subject
  return subject.source === 'private'
    ? subjectUri({ kind: 'private', org: subject.org, name, version })
    : subjectUri({ kind: 'upstream', name, version })
}

/** Everything that labels of these versions can be about, beside the package itself. */
export async function subjectsOf(
  db: Db | Tx,
  subject: DueSubject,
  versions: readonly string[],
): Promise<VersionSubjects[]> {
  const known = subject.source === 'private' ? await publishersOf(db, subject, versions) : new Map()
  return versions.map((version) => {
    const { cid, attestedBy } = known.get(version) ?? {}
    const publishers =
      subject.source === 'private' ? [subject.org, ...(attestedBy === undefined ? [] : [attestedBy])] : []
    return { version, uri: packageUri(subject, version), cid, publishers }
  })
}

async function publishersOf(
  db: Db | Tx,
  { org, name }: { org: string; name: string },
  versions: readonly string[],
): Promise<Map<string, { cid: string; attestedBy: string | undefined }>> {
  if (versions.length === 0) return new Map()
  const rows = await db
    .selectFrom('version as v')
    .leftJoin('ledger_judgement as j', (join) =>
      join
        .onRef('j.network', '=', 'v.network')
        .onRef('j.org', '=', 'v.org')
        .onRef('j.name', '=', 'v.name')
        .onRef('j.version', '=', 'v.version'),
    )
    .where('v.network', '=', network)
    .where('v.org', '=', org)
    .where('v.name', '=', name)
    .where('v.version', 'in', versions)
    .select(['v.version', 'v.cid', 'j.attested_by'])
    .execute()
  return new Map(rows.map(({ version, cid, attested_by: by }) => [version, { cid, attestedBy: by ?? undefined }]))
}
