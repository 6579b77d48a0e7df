import { getBlobCidString } from '@atproto/lex-data'
import { maxBundleBytes } from '#common/provenance/index.ts'
import { app } from '#lexicons'
import type { BundleJudge } from '../../provenance/judge-bundle.ts'
import type { ReadBundle } from '../../provenance/wanted-bundles.ts'
import { type Db, publicNetwork as network } from '../../schema/index.ts'
import { findRecord } from '../records/find-record.ts'
import { noteChanged } from '../records/note-due.ts'
import type { NamedFile } from './next-file.ts'

interface Context {
  db: Db
  judge: BundleJudge
  now(): Date
}

/** Packages have a version for each of these, and are rendered as a whole: once for what is read within this time. */
const gatherMs = 1_000

/**
 * Judges a bundle, as it is done with those of our own network, and has its package rendered with what it proves.
 * @param fetch its bytes
 */
export async function readBundle(context: Context, file: NamedFile, fetch: () => Promise<Uint8Array>): Promise<void> {
  const { db, judge } = context
  const version = await findRecord(db, app.npm.package.version, { did: file.did, rkey: file.key })
  // It is another one by now, or gone, which is noted where that is seen.
  if (version?.provenance === undefined || getBlobCidString(version.provenance) !== file.cid)
    return keepNothing(db, file)
  const { name, integrity } = version
  const artifact = { name, version: version.version, integrity }
  const judged = file.size > maxBundleBytes ? tooLarge(judge) : await judge.judge(await fetch(), artifact)
  await keep(context, { ...file, name }, judged)
}

function tooLarge({ roots }: BundleJudge): ReadBundle {
  const refusal = `it is larger than ${maxBundleBytes} bytes`
  return { roots, bundle: new Uint8Array(), verified: undefined, refusal }
}

async function keep({ db, now }: Context, file: NamedFile & { name: string }, read: ReadBundle): Promise<void> {
  const { roots, bundle, verified, refusal = null } = read
  await db.transaction().execute(async (tx) => {
    // Before it is written, so that whoever renders it meanwhile renders it once more.
    await noteChanged(tx, [file], new Date(+now() + gatherMs))
    await rowOf(tx, file)
      .set({ roots, refusal, due_at: null, failures: 0 })
      .set({
        bundle: verified === undefined ? null : Buffer.from(bundle),
        verified: verified === undefined ? null : JSON.stringify(verified),
      })
      .execute()
  })
}

async function keepNothing(db: Db, file: NamedFile): Promise<void> {
  await rowOf(db, file).set({ due_at: null }).execute()
}

function rowOf(db: Pick<Db, 'updateTable'>, { did, key, cid }: NamedFile) {
  return db
    .updateTable('mirror_bundle')
    .where('network', '=', network)
    .where('did', '=', did)
    .where('rkey', '=', key)
    .where('cid', '=', cid)
}
