import { type EffectiveMetadata, effectiveMetadata } from '../../ledger/metadata-history.ts'
import { type Db, network, type Tx, type VersionTable } from '../../schema/index.ts'
import { isExcepted } from '../is-waived.ts'
import { publishedAt } from '../published-at.ts'
import { askElsewhere } from './ask-elsewhere.ts'
import { type Capability, capabilitiesOf } from './capabilities.ts'
import { type TracedVersion, traceTraits } from './trace-traits.ts'
import type { InternalFacts, KnownElsewhere, SaidOfVersion } from './version-facts.ts'

export type VersionRow = Omit<VersionTable, 'network' | 'indexed_at'> & { indexed_at: Date }

export interface KnownVersion {
  row: VersionRow
  facts: InternalFacts
}

/** Where facts are read, and the moment they are about. */
export interface Sight {
  db: Db | Tx
  now: number
}

/**
 * Gathers the facts about the versions of a package of an organisation. All of them are looked at, also for one: what is new in it, the
 * others tell.
 * @param only just this version
 */
export async function gatherFacts(
  { db, now }: Sight,
  org: string,
  name: string,
  only?: string,
): Promise<KnownVersion[]> {
  const rows = await readVersions(db, org, name)
  if (only !== undefined && !rows.some(({ version }) => version === only)) return []
  const versions = rows.map(({ version }) => version)
  const elsewhere = await askElsewhere(db, { source: 'private', org, name }, versions)
  const said = saidOf(await effectiveMetadata(db, org, [name]))
  const dated = rows.map((row) => {
    const own = toFacts(row)
    return { row, own, known: elsewhere(row.version), publishedAt: publishedAt(row, own) }
  })
  const traits = traceTraits(dated.map((one) => traced(one, now)))
  return dated
    .filter(({ row }) => only === undefined || row.version === only)
    .map(({ row, own, known, publishedAt: at }) => {
      const { version } = row
      const shared = {
        source: 'internal',
        name,
        version,
        now,
        publishedAt: at,
        traits: traits.get(version) ?? [],
      } as const
      return { row, facts: { ...shared, ...own, ...said(version), ...known, byCi: own.judgement?.method === 'ci' } }
    })
}

type OwnFacts = Pick<InternalFacts, 'cid' | 'firstCid' | 'tampered' | 'firstSeenAt' | 'attestations' | 'judgement'>

function traced(
  { row, own, known, publishedAt: at }: { row: VersionRow; own: OwnFacts; known: KnownElsewhere; publishedAt: Date },
  now: number,
): TracedVersion {
  return {
    version: row.version,
    publishedAt: at,
    capabilities: capabilitiesOfRow(row, own, known),
    // Of a list that is taken over a manager approved every version.
    releases: (check) => own.judgement?.method === 'import' || isExcepted(check, known.exceptions, now),
  }
}

function capabilitiesOfRow(row: VersionRow, { judgement }: OwnFacts, { provenance }: KnownElsewhere): Capability[] {
  return capabilitiesOf(JSON.parse(Buffer.from(row.manifest).toString('utf8')) as Record<string, unknown>, {
    hasBindingGyp: row.has_binding_gyp,
    publisher: judgement && { id: judgement.attestedBy, name: judgement.handle ?? judgement.attestedBy },
    // Of what nobody read yet, too: else the next version could leave it out while the org PDS keeps this one's back.
    hasProvenance: provenance?.state === 'verified' || provenance?.state === 'unread',
  })
}

function readVersions(db: Db | Tx, org: string, name: string) {
  return db
    .selectFrom('version as v')
    .innerJoin('ledger_version as l', (join) =>
      join
        .onRef('l.network', '=', 'v.network')
        .onRef('l.org', '=', 'v.org')
        .onRef('l.name', '=', 'v.name')
        .onRef('l.version', '=', 'v.version'),
    )
    .leftJoin('ledger_judgement as j', (join) =>
      join
        .onRef('j.network', '=', 'v.network')
        .onRef('j.org', '=', 'v.org')
        .onRef('j.name', '=', 'v.name')
        .onRef('j.version', '=', 'v.version'),
    )
    .leftJoin('repo as author', (join) =>
      join.onRef('author.network', '=', 'v.network').onRef('author.did', '=', 'j.attested_by'),
    )
    .leftJoin('attestation as ja', (join) =>
      join
        .onRef('ja.network', '=', 'v.network')
        .onRef('ja.author', '=', 'j.attested_by')
        .onRef('ja.subject_cid', '=', 'j.version_cid'),
    )
    .where('v.network', '=', network)
    .where('v.org', '=', org)
    .where('v.name', '=', name)
    .selectAll('v')
    .select(['l.first_cid', 'l.first_seen_at', 'author.handle'])
    .select(['j.version_cid', 'j.attested_by', 'j.attestation_cid', 'j.judged_at', 'ja.method'])
    .select((eb) => [
      eb
        .exists(
          eb
            .selectFrom('ledger_tampering as t')
            .whereRef('t.network', '=', 'v.network')
            .whereRef('t.org', '=', 'v.org')
            .whereRef('t.name', '=', 'v.name')
            .whereRef('t.version', '=', 'v.version')
            .select('t.cid'),
        )
        .as('tampered'),
      eb
        .selectFrom('attestation as a')
        .whereRef('a.network', '=', 'v.network')
        .whereRef('a.subject_cid', '=', 'v.cid')
        .whereRef('a.org', '=', 'v.org')
        .select((count) => count.fn.countAll<number>().as('count'))
        .as('attestations'),
    ])
    .execute()
}

function saidOf(metadata: readonly EffectiveMetadata[]): (version: string) => SaidOfVersion {
  const deprecations = new Map<string, string>()
  const retirements = new Map<string, { reason: string | undefined }>()
  for (const { value } of metadata) {
    if (value.kind === 'deprecation') deprecations.set(value.version, value.message)
    if (value.kind === 'retirement') retirements.set(value.version, { reason: value.reason })
  }
  return (version) => ({ deprecated: deprecations.get(version), retirement: retirements.get(version) })
}

interface FactsRow {
  cid: string
  first_cid: string
  first_seen_at: Date
  handle: string | null
  version_cid: string | null
  attested_by: string | null
  attestation_cid: string | null
  judged_at: Date | null
  method: string | null
  tampered: unknown
  attestations: number | null
}

function toFacts(row: FactsRow): OwnFacts {
  const { version_cid: versionCid, attested_by: attestedBy, attestation_cid: attestationCid, judged_at: at } = row
  const judged = versionCid !== null && attestedBy !== null && attestationCid !== null && at !== null
  return {
    cid: row.cid,
    firstCid: row.first_cid,
    tampered: Boolean(row.tampered),
    firstSeenAt: row.first_seen_at,
    attestations: row.attestations ?? 0,
    judgement: judged
      ? { versionCid, attestedBy, handle: row.handle ?? undefined, attestationCid, method: row.method ?? undefined, at }
      : undefined,
  }
}
