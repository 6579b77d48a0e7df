import { versionKey } from '#common/names/index.ts'
import { decodeRecord, recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { publicNetwork as network, type Tx } from '../../schema/index.ts'
import { listedIn } from '../records/listed-in.ts'
import type { PublicRecords, PublicVersion } from './read-records.ts'

/**
 * Looks whether somebody whom the organisation lists attests each version, and remembers the first who did: whoever leaves the list later
 * does not take back what they stood for, and whoever was put on it later stands for nothing older.
 */
export async function judgePublicVersions(tx: Tx, { did, versions }: PublicRecords, now: Date): Promise<void> {
  const listed = await currentlyListed(tx, did)
  if (listed.length === 0 || versions.length === 0) return
  const judged = await judgedCids(tx, did, versions)
  const attestations = await attestationsOf(
    tx,
    versions.filter(({ cid }) => !judged.has(cid)),
    listed,
  )
  for (const version of versions) {
    const counting = attestations.find((one) => one.rkey === version.cid && attests(one.body, did, version))
    if (counting === undefined) continue
    const row = { rkey: version.rkey, cid: version.cid, attested_by: counting.did, attestation_cid: counting.cid }
    await tx
      .insertInto('ledger_public_judgement')
      .values({ network, did, ...row, judged_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
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
  const rows = await tx
    .selectFrom('ledger_public_judgement')
    .where('network', '=', network)
    .where('did', '=', did)
    .where(
      'cid',
      'in',
      versions.map(({ cid }) => cid),
    )
    .select('cid')
    .execute()
  return new Set(rows.map(({ cid }) => cid))
}

async function attestationsOf(tx: Tx, versions: readonly PublicVersion[], listed: readonly string[]) {
  if (versions.length === 0) return []
  return tx
    .selectFrom('mirror_record')
    .where('network', '=', network)
    .where('collection', '=', app.npm.publish.attestation.$nsid)
    .where(
      'rkey',
      'in',
      versions.map(({ cid }) => cid),
    )
    .where('did', 'in', listed)
    .orderBy('did')
    .select(['did', 'rkey', 'cid', 'body'])
    .execute()
}

function attests(body: Uint8Array, org: string, { cid, value: { name, version, integrity } }: PublicVersion): boolean {
  const parsed = app.npm.publish.attestation.$safeParse(decodeRecord(body))
  if (!parsed.success) return false
  const { value } = parsed
  const uri = recordUri(org, app.npm.package.version.$nsid, versionKey(name, version))
  return value.org === org && value.subject.cid === cid && value.subject.uri === uri && value.integrity === integrity
}
