import { sql } from '#common/db/index.ts'
import { packageKey } from '#common/names/index.ts'
import { app } from '#lexicons'
import { tagOfKey, versionOfKey } from '../../index/keys.ts'
import { isConsistentVersion } from '../../index/version.ts'
import { type Db, publicNetwork as network, type Tx } from '../../schema/index.ts'
import { readRecord } from '../records/read-record.ts'

export interface PublicVersion {
  rkey: string
  cid: string
  value: app.npm.package.version.Main
}

/** What a repository of the public network says of one package. */
export interface PublicRecords {
  did: string
  name: string
  about: app.npm.package.record.Main | undefined
  versions: PublicVersion[]
  /** Dist-tag → version. */
  tags: ReadonlyMap<string, string>
  /** Version → message. */
  deprecations: ReadonlyMap<string, string>
  /** Version → reason. */
  retirements: ReadonlyMap<string, string | undefined>
}

/** Malformed records, and those that say something else than the place where they lie, are as good as absent. */
export async function readPublicRecords(db: Db | Tx, did: string, name: string): Promise<PublicRecords> {
  await checkSize(db, did, name)
  const rows = await ofPackage(db, did, name).select(['collection', 'rkey', 'cid', 'body']).execute()
  const of = (collection: { $nsid: string }) => rows.filter((row) => row.collection === collection.$nsid)
  return {
    did,
    name,
    about: of(app.npm.package.record).flatMap(({ body }) => valid(app.npm.package.record, body))[0],
    versions: of(app.npm.package.version).flatMap(({ rkey, cid, body }) =>
      valid(app.npm.package.version, body)
        .filter((value) => isConsistentVersion(value, { did, rkey }))
        .map((value) => ({ rkey, cid, value })),
    ),
    tags: new Map(
      of(app.npm.package.tag).flatMap(({ rkey, body }) =>
        valid(app.npm.package.tag, body)
          .filter(({ tag, retired }) => retired !== true && tag === tagOfKey(rkey))
          .map(({ tag, version }) => [tag, version] as const),
      ),
    ),
    deprecations: new Map(
      of(app.npm.package.deprecation).flatMap(({ rkey, body }) =>
        valid(app.npm.package.deprecation, body)
          .filter(({ version }) => versionOfKey(rkey)?.version === version)
          .map(({ version, message }) => [version, message] as const),
      ),
    ),
    // Withdrawing needs no more than the place: nobody but the account writes there.
    retirements: new Map(
      of(app.npm.package.retirement).flatMap(({ rkey, body }) => {
        const version = versionOfKey(rkey)?.version
        const reason = valid(app.npm.package.retirement, body)[0]?.reason
        return version === undefined ? [] : [[version, reason] as const]
      }),
    ),
  }
}

/** Twenty times what the largest packages of npm have: all of it is in memory while it is rendered. */
const maxBytes = 128_000_000

/** @throws Error for what would take all memory there is; it stays as it was shown last */
async function checkSize(db: Db | Tx, did: string, name: string): Promise<void> {
  const { bytes } = await ofPackage(db, did, name)
    .select(sql<number | null>`sum(octet_length(body))::float8`.as('bytes'))
    .executeTakeFirstOrThrow()
  if ((bytes ?? 0) > maxBytes) throw new Error(`the records of ${name} have ${bytes} bytes`)
}

function ofPackage(db: Db | Tx, did: string, name: string) {
  const key = packageKey(name)
  return db
    .selectFrom('mirror_record')
    .where('network', '=', network)
    .where('did', '=', did)
    .where((eb) =>
      // `;` is the byte after `:`, so these are the keys that go on with a colon.
      eb.or([eb('rkey', '=', key), eb.and([eb('rkey', '>', `${key}:`), eb('rkey', '<', `${key};`)])]),
    )
}

function valid<Value>(lexicon: Parameters<typeof readRecord<Value>>[0], body: Uint8Array): Value[] {
  const value = readRecord(lexicon, body)
  return value === undefined ? [] : [value]
}
