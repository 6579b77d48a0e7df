import { sql } from '#common/db/index.ts'
import { versionKey } from '#common/names/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { publicNetwork as network, type Tx } from '../../schema/index.ts'
import type { Parties } from '../parties.ts'
import { listedIn } from '../records/listed-in.ts'
import { readRecord } from '../records/read-record.ts'
import type { PublicRecords, PublicVersion } from './read-records.ts'

/**
 * Looks whether somebody whom the organisation lists attests each version, and remembers the first who did: whoever leaves the list later
 * does not take back what they stood for, and whoever was put on it later stands for nothing older.
 * @param parties where those who attest have to be hosted; undefined: anywhere
 */
export async function judgePublicVersions(
  tx: Tx,
  { did, versions }: PublicRecords,
  { now, parties }: { now: Date; parties?: Parties | undefined },
): Promise<void> {
  const listed = await currentlyListed(tx, did)
  if (listed.length === 0 || versions.length === 0) return
  const judged = await judgedCids(tx, did, versions)
  const unjudged = new Map(versions.filter(({ cid }) => !judged.has(cid)).map((version) => [version.cid, version]))
  const counting = new Map<string, Judgement>()
  for (const one of await attestationsOf(tx, [...unjudged.keys()], await hostedAmong(tx, listed, parties?.people))) {
    const version = unjudged.get(one.rkey)
    if (version === undefined || counting.has(version.cid) || !attests(one.body, did, version)) continue
    counting.set(version.cid, { rkey: version.rkey, cid: version.cid, by: one.did, attestation: one.cid })
  }
  await remember(tx, did, [...counting.values()], now)
}

interface Judgement {
  /** Of the version record. */
  rkey: string
  cid: string
  /** DID. */
  by: string
  /** CID. */
  attestation: string
}

async function remember(tx: Tx, did: string, judgements: readonly Judgement[], now: Date): Promise<void> {
  if (judgements.length === 0) return
  const column = (field: keyof Judgement) => sql`${judgements.map((one) => one[field])}::text[]`
  await sql`INSERT INTO ledger_public_judgement (network, did, rkey, cid, attested_by, attestation_cid, judged_at)
    SELECT ${network}, ${did}, j.*, ${now}::timestamptz
    FROM unnest(${column('rkey')}, ${column('cid')}, ${column('by')}, ${column('attestation')}) AS j
    ON CONFLICT DO NOTHING`.execute(tx)
}

async function currentlyListed(tx: Tx, did: string): Promise<string[]> {
  const row = await tx
    .selectFrom('mirror_record')
    .where('network', '=', network)
    .where('did', '=', did)
    .where('collection', '=', app.npm.org.publishers.$nsid)
    .where('rkey', '=', 'self')
    .select('body')
    .executeTakeFirst()
  // An organisation cannot be its own second party.
  return row === undefined ? [] : listedIn(row.body).filter((listed) => listed !== did)
}

async function judgedCids(tx: Tx, did: string, versions: readonly PublicVersion[]): Promise<Set<string>> {
  const { rows } = await sql<{ cid: string }>`SELECT cid FROM ledger_public_judgement WHERE network = ${network}
    AND did = ${did} AND rkey = ANY(${versions.map(({ rkey }) => rkey)}::text[])`.execute(tx)
  return new Set(rows.map(({ cid }) => cid))
}

/** A publisher who is hosted where versions are written would be the same party. */
async function hostedAmong(tx: Tx, dids: readonly string[], hosts: readonly string[] | undefined): Promise<string[]> {
  if (hosts === undefined) return [...dids]
  const rows = await tx
    .selectFrom('mirror_repo')
    .where('network', '=', network)
    .where('did', 'in', [...dids])
    .where('pds', 'in', [...hosts])
    .select('did')
    .execute()
  return rows.map(({ did }) => did)
}

interface Attestation {
  did: string
  rkey: string
  cid: string
  body: Buffer
}

async function attestationsOf(tx: Tx, cids: readonly string[], listed: readonly string[]): Promise<Attestation[]> {
  const { rows } = await sql<Attestation>`SELECT did, rkey, cid, body FROM mirror_record WHERE network = ${network}
    AND collection = ${app.npm.publish.attestation.$nsid} AND rkey = ANY(${[...cids]}::text[])
    AND did = ANY(${[...listed]}::text[]) ORDER BY did`.execute(tx)
  return rows
}

function attests(body: Uint8Array, org: string, { cid, value: { name, version, integrity } }: PublicVersion): boolean {
  const said = readRecord(app.npm.publish.attestation, body)
  if (said === undefined) return false
  const uri = recordUri(org, app.npm.package.version.$nsid, versionKey(name, version))
  return said.org === org && said.subject.cid === cid && said.subject.uri === uri && said.integrity === integrity
}
