import { maxBundleBytes } from '#common/provenance/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import type { LateBlobs } from '../blobs/blob-reader.ts'
import { fetchBlob } from '../blobs/fetch-blob.ts'
import { applyChanges } from '../ingest/apply/apply-changes.ts'
import { Impact } from '../ingest/apply/impact.ts'
import type { Setting } from '../ingest/apply/scene.ts'
import { writeAlone } from '../ingest/write-alone.ts'
import type { Db } from '../schema/index.ts'
import type { BundleJudge } from './judge-bundle.ts'
import { keepBundle, unreadBundles, type WantedBundle } from './wanted-bundles.ts'

export interface BundleSource {
  db: Db
  setting: Setting
  /** Where the organisations' blobs are. */
  host: PeerClient
  judge: BundleJudge
}

/**
 * Fetches a bundle, judges it for ourselves, whatever the PDSes found, and renders its package with it.
 * @param conclude false while the index is not complete, true when it is; by default what the index says of itself
 * @throws ComponentUnavailable, IntegrityMismatch, BodyTooLarge
 */
export async function readBundle(
  { db, setting, host, judge }: BundleSource,
  wanted: WantedBundle,
  signal: AbortSignal,
  conclude?: boolean,
): Promise<void> {
  const { org, name, version, cid } = wanted
  const blob = { org, cid, what: `the provenance of ${name}@${version}`, maxBytes: maxBundleBytes }
  const judged = await judge.judge(await fetchBlob(host, blob, signal), wanted)
  await writeAlone(db, async (tx, { backfilled }) => {
    if (!(await keepBundle(tx, wanted, judged))) return
    const impact = new Impact()
    impact.touchPackage(org, name)
    await applyChanges({ ...setting, tx, changes: [], impact }, { conclude: conclude ?? backfilled })
  })
}

/** Until its bundle is read, a version is neither with provenance nor without. */
export function lateBundles(source: BundleSource): LateBlobs<WantedBundle> {
  return {
    what: 'a provenance bundle',
    unread: (limit, after) => unreadBundles(source.db, source.judge.roots, limit, after),
    read: (wanted, signal) => readBundle(source, wanted, signal),
  }
}
