import type { Provenance } from '#common/provenance/index.ts'
import type { Db, Tx } from '../schema/index.ts'

export interface UpstreamPackage {
  registry: string
  /** With its capitals. */
  name: string
}

export async function knownFile(
  db: Db,
  { registry, name }: UpstreamPackage,
  wanted: { file: string } | { version: string },
): Promise<{ version: string; integrity: string | null } | undefined> {
  const [column, value] = 'file' in wanted ? (['file', wanted.file] as const) : (['version', wanted.version] as const)
  return db
    .selectFrom('upstream_file')
    .where('registry', '=', registry)
    .where('name', '=', name)
    .where(column, '=', value)
    .select(['version', 'integrity'])
    .executeTakeFirst()
}

/** What upstream says of a package, also of versions that policy shows nobody: they may be held until this was read. */
export interface Told {
  versions?: Record<string, { dist?: { attestations?: unknown } }>
  repository?: string | { url?: string }
}

export async function whatUpstreamSays(db: Db, { registry, name }: UpstreamPackage): Promise<Told> {
  const row = await db
    .selectFrom('upstream_packument')
    .where('registry', '=', registry)
    .where('name', '=', name)
    // Before there were verdicts, everything was shown.
    .select(({ fn }) => fn.coalesce('merged', 'full').as('kept'))
    .executeTakeFirst()
  return row === undefined ? {} : (JSON.parse(row.kept.toString('utf8')) as Told)
}

/** Whether the version says that it has attestations. */
export function advertises({ versions }: Told, version: string): boolean {
  return versions?.[version]?.dist?.attestations !== undefined
}

/** What its package.json says where the package's source is. */
export function namedRepository({ repository }: Told): string | undefined {
  return typeof repository === 'string' ? repository : repository?.url
}

export function keptAnswer(
  db: Db,
  { registry, name }: UpstreamPackage,
  version: string,
): Promise<{ roots: string; answer: Buffer } | undefined> {
  return db
    .selectFrom('upstream_attestation')
    .where('registry', '=', registry)
    .where('name', '=', name)
    .where('version', '=', version)
    .select(['roots', 'answer'])
    .executeTakeFirst()
}

interface JudgedAnswer {
  roots: string
  answer: Buffer
  verified: Provenance | undefined
  refusal: string | undefined
  ofRepository: boolean | undefined
}

export async function keepAnswer(
  tx: Tx,
  key: UpstreamPackage & { version: string },
  { roots, answer, verified, refusal, ofRepository }: JudgedAnswer,
  now: Date,
): Promise<void> {
  const row = {
    roots,
    answer,
    verified: verified === undefined ? null : JSON.stringify(verified),
    refusal: refusal ?? null,
    of_repository: ofRepository ?? null,
    read_at: now,
  }
  await tx
    .insertInto('upstream_attestation')
    .values({ ...key, ...row })
    .onConflict((conflict) => conflict.columns(['registry', 'name', 'version']).doUpdateSet(row))
    .execute()
}

export interface UpstreamProvenance {
  version: string
  verified: Provenance | null
  refusal: string | null
  of_repository: boolean | null
}

/** What was read of these versions, and is about provenance. */
export async function upstreamProvenance(
  db: Db | Tx,
  { registry, name }: UpstreamPackage,
  versions: readonly string[],
): Promise<UpstreamProvenance[]> {
  if (versions.length === 0) return []
  const rows = await db
    .selectFrom('upstream_attestation')
    .where('registry', '=', registry)
    .where('name', '=', name)
    .where('version', 'in', versions)
    .select(['version', 'verified', 'refusal', 'of_repository'])
    .execute()
  return rows.filter(({ verified, refusal }) => verified !== null || refusal !== null)
}
