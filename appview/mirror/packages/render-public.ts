import { sql } from '#common/db/index.ts'
import type { Logger } from '#common/log/index.ts'
import { lockDue } from '../../due/index.ts'
import { type Db, publicNetwork as network, type Tx } from '../../schema/index.ts'
import { announceUpstream } from '../../updates/announce-upstream.ts'
import type { UpstreamStore } from '../../upstream/upstream-store.ts'
import { publicBundles } from '../files/public-provenance.ts'
import { wantBundles } from '../files/want-bundles.ts'
import { type Parties, partyAt } from '../parties.ts'
import { findMirrored, verifiedHandleOf } from '../repos.ts'
import { compareWithOurs } from './compare-with-ours.ts'
import { composePackument } from './compose-packument.ts'
import { judgePublicVersions } from './judge-public.ts'
import { type PublicRecords, readPublicRecords } from './read-records.ts'

export interface RenderContext {
  db: Db
  store: UpstreamStore
  gatewayUrl: string
  tellsProvenance?: boolean | undefined
  /** Where those who publish, and those who attest, have to be hosted; undefined: anywhere. */
  parties?: Parties | undefined
  /** Whether it is known who is one of ours, and what they have; undefined where nobody is. */
  isInsideKnown?: (() => Promise<boolean>) | undefined
  /** What is shown of a package may have changed. */
  onRendered?: ((tx: Tx, about: { did: string; name: string }) => Promise<void>) | undefined
  log: Logger
  now(): Date
  /** Files may have to be read; undefined where none are. */
  onFiles?: (() => void) | undefined
}

/**
 * Brings what is kept and shown of a public package to its records: from there on it is a package from outside like those of registries,
 * whose registry is the DID.
 */
export async function renderPublic(
  context: RenderContext,
  { did, name }: { did: string; name: string },
): Promise<void> {
  const now = context.now()
  const announce = await context.db.transaction().execute(async (tx) => {
    await lockDue(tx, { source: 'upstream', registry: did, name })
    // Before anything is read: whoever changes a record from now on notes it anew, and waits with that until we are done.
    await forgetDue(tx, did, name)
    const records = await readPublicRecords(tx, did, name)
    if (!(await mayPublish(tx, did, context.parties))) return false
    // What is ours is looked up inside alone, whatever its public face says.
    if (await compareWithOurs(tx, records, { log: context.log, now })) return false
    await judgePublicVersions(tx, records, { now, parties: context.parties })
    if (context.onFiles !== undefined) await wantBundles(tx, records, now)
    const packument = composePackument(records, await settingOf(tx, records, context))
    const said =
      packument === undefined ? ({ kind: 'missing' } as const) : ({ kind: 'found', packument, ...undated } as const)
    const stored = await context.store.storeIn(tx, { registry: did, name }, said, now)
    await context.onRendered?.(tx, { did, name })
    // One that is new has no old answer in any cache but "there is none".
    return stored !== undefined
  })
  context.onFiles?.()
  if (announce) await announceUpstream(context.db, [name])
}

/** Roles bind to hosts (DESIGN §2): whoever holds the keys of those who attest publishes nothing with them. */
async function mayPublish(tx: Tx, did: string, parties: Parties | undefined): Promise<boolean> {
  return parties === undefined || partyAt(parties, (await findMirrored(tx, did))?.pds) === 'org'
}

const undated = { etag: null, lastModified: undefined }

async function settingOf(
  tx: Tx,
  { did, name, versions }: PublicRecords,
  { gatewayUrl, tellsProvenance }: Pick<RenderContext, 'gatewayUrl' | 'tellsProvenance'>,
) {
  const rkeys = versions.map(({ rkey }) => rkey)
  const judged = await sql<{ rkey: string; did: string; handle: string | null }>`
    SELECT j.rkey, j.attested_by AS did, CASE WHEN r.handle_verified THEN r.handle END AS handle FROM ledger_public_judgement j
    LEFT JOIN mirror_repo r ON r.network = j.network AND r.did = j.attested_by
    WHERE j.network = ${network} AND j.did = ${did} AND j.rkey = ANY(${rkeys}::text[])`.execute(tx)
  const seen = await sql<{ rkey: string; at: Date }>`SELECT rkey, min(first_seen_at) AS at FROM ledger_public_version
    WHERE network = ${network} AND did = ${did} AND rkey = ANY(${rkeys}::text[]) GROUP BY rkey`.execute(tx)
  const handle = await verifiedHandleOf(tx, did)
  const bundles = await publicBundles(
    tx,
    { did, name },
    versions.map(({ value }) => value.version),
  )
  const attested = bundles.flatMap(({ version, verified }) =>
    verified === null ? [] : [[version, verified.predicateType] as const],
  )
  return {
    attested: new Map(attested),
    publisher: handle ?? did,
    attesters: new Map(judged.rows.map((row) => [row.rkey, { did: row.did, name: row.handle ?? row.did }])),
    firstSeen: new Map(seen.rows.map(({ rkey, at }) => [rkey, at])),
    gatewayUrl,
    tellsProvenance,
  }
}

async function forgetDue(tx: Tx, did: string, name: string): Promise<void> {
  await tx
    .deleteFrom('mirror_due')
    .where('network', '=', network)
    .where('did', '=', did)
    .where('name', '=', name)
    .execute()
}
