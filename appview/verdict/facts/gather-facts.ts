import { type EffectiveMetadata, effectiveMetadata } from '../../ledger/metadata-history.ts'
import { type Db, network, type Tx, type VersionTable } from '../../schema/index.ts'

/** What is known about a version when it is decided whether it may be installed. */
export interface VersionFacts extends SaidOfVersion {
  cid: string
  /** CID of the first record ever seen in this version's place. */
  firstCid: string
  /** Another record was seen in its place at some time. */
  tampered: boolean
  firstSeenAt: Date
  /** How many people say they made exactly this record. */
  attestations: number
  /** The attestation by somebody who was permitted at the time; undefined when there is none. */
  judgement:
    | {
        versionCid: string
        attestedBy: string
        handle: string | undefined
        attestationCid: string
        /** mfa, ci or import; undefined when the attestation was taken back since. */
        method?: string | undefined
        at: Date
      }
    | undefined
}

/** What its organisation says of it beside its record, approved by somebody who may publish it. */
interface SaidOfVersion {
  /** Undefined when nothing was ever said, empty when it is not deprecated any more. */
  deprecated: string | undefined
  retirement: { reason: string | undefined } | undefined
}

export type VersionRow = Omit<VersionTable, 'network' | 'indexed_at'> & { indexed_at: Date }

export interface KnownVersion {
  row: VersionRow
  facts: VersionFacts
}

/**
 * Gathers the facts about the versions of a package.
 * @param only just this version
 */
export async function gatherFacts(db: Db | Tx, org: string, name: string, only?: string): Promise<KnownVersion[]> {
  const query = db
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
  const rows = await (only === undefined ? query : query.where('v.version', '=', only)).execute()
  const said = saidOf(await effectiveMetadata(db, org, [name]))
  return rows.map((row) => ({ row, facts: { ...toFacts(row), ...said(row.version) } }))
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

function toFacts(row: FactsRow): Omit<VersionFacts, keyof SaidOfVersion> {
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
