import { getBlobCidString, getBlobSize } from '@atproto/lex-data'
import { versionKey } from '#common/names/index.ts'
import { maxReadmeBytes } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import { publicNetwork as network, type Tx } from '../../schema/index.ts'
import type { UpstreamKey } from '../../upstream/upstream-key.ts'
import { findRecord } from '../records/find-record.ts'

/**
 * The README of the version that `latest` names, which may be installed. Of one that nobody read yet it is noted that it is wanted: it
 * arrives a little after its version. Packages of registries have none here.
 * @returns undefined when there is none to show
 */
export async function describeLatest(
  tx: Tx,
  { registry: did, name }: UpstreamKey,
  latest: string | undefined,
  now: Date,
): Promise<string | undefined> {
  if (!did.startsWith('did:')) return undefined
  const named = latest === undefined ? undefined : await readmeOf(tx, did, versionKey(name, latest))
  if (named === undefined) {
    await rowOf(tx, did, name).execute()
    return undefined
  }
  await tx
    .insertInto('mirror_readme')
    .values({ network, did, name, ...named, due_at: now, text: null })
    .onConflict((conflict) =>
      conflict
        .columns(['network', 'did', 'name'])
        .doUpdateSet({ ...named, due_at: now, failures: 0, text: null })
        .where('mirror_readme.wanted', '<>', named.wanted),
    )
    .execute()
  const row = await tx
    .selectFrom('mirror_readme')
    .where('network', '=', network)
    .where('did', '=', did)
    .where('name', '=', name)
    .select('text')
    .executeTakeFirst()
  return row?.text ?? undefined
}

function rowOf(tx: Tx, did: string, name: string) {
  return tx.deleteFrom('mirror_readme').where('network', '=', network).where('did', '=', did).where('name', '=', name)
}

async function readmeOf(tx: Tx, did: string, rkey: string): Promise<{ wanted: string; size: number } | undefined> {
  const readme = (await findRecord(tx, app.npm.package.version, { did, rkey }))?.readme
  if (readme === undefined) return undefined
  const size = getBlobSize(readme) ?? 0
  return size > maxReadmeBytes ? undefined : { wanted: getBlobCidString(readme), size }
}
