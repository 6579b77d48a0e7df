import { subjectUri } from '#common/labels/index.ts'
import type { DueSubject } from '../due/index.ts'
import { publicFactsOf } from '../mirror/facts-of.ts'
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
  const org = repositoryOf(subject)
  return subjectUri(org === undefined ? { kind: 'upstream', name, version } : { kind: 'private', org, name, version })
}

/** DID of the repository it is in; undefined for packages of registries, which are named by purl. */
function repositoryOf(subject: DueSubject): string | undefined {
  if (subject.source === 'private') return subject.org
  return subject.registry.startsWith('did:') ? subject.registry : undefined
}

/** Everything that labels of these versions can be about, beside the package itself. */
export async function subjectsOf(
  db: Db | Tx,
  subject: DueSubject,
  versions: readonly string[],
): Promise<VersionSubjects[]> {
  const org = repositoryOf(subject)
  const known =
    subject.source === 'private'
      ? await publishersOf(db, subject, versions)
      : await publicPublishersOf(db, subject, versions)
  return versions.map((version) => {
    const { cid, attestedBy } = known.get(version) ?? {}
    const publishers = [org, attestedBy].filter((did) => did !== undefined)
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

async function publicPublishersOf(
  db: Db | Tx,
  subject: DueSubject,
  versions: readonly string[],
): Promise<Map<string, { cid: string | undefined; attestedBy: string | undefined }>> {
  const facts = await publicFactsOf(db, subject, versions)
  return new Map(Array.from(facts, ([version, { cid, attested }]) => [version, { cid, attestedBy: attested?.by }]))
}
