import { maxReadmeBytes } from '#common/tarball/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { fetchBlob } from '../blobs/fetch-blob.ts'
import { applyChanges } from '../ingest/apply/apply-changes.ts'
import { Impact } from '../ingest/apply/impact.ts'
import type { Setting } from '../ingest/apply/scene.ts'
import { writeAlone } from '../ingest/write-alone.ts'
import type { Db } from '../schema/index.ts'
import { shownText } from './shown-text.ts'
import { keepReadme, type WantedReadme } from './wanted-readmes.ts'

export interface ReadmeSource {
  db: Db
  setting: Setting
  /** Where the organisations' blobs are. */
  host: PeerClient
}

/**
 * Fetches a README and renders its package with it.
 * @param conclude false while the index is not complete, true when it is; by default what the index says of itself
 * @throws ComponentUnavailable, IntegrityMismatch, BodyTooLarge
 */
export async function readReadme(
  { db, setting, host }: ReadmeSource,
  wanted: WantedReadme,
  signal: AbortSignal,
  conclude?: boolean,
): Promise<void> {
  const { org, name, cid } = wanted
  const blob = { org, cid, what: `the README of ${name}`, maxBytes: maxReadmeBytes }
  const text = shownText(await fetchBlob(host, blob, signal))
  await writeAlone(db, async (tx, { backfilled }) => {
    if (!(await keepReadme(tx, wanted, text))) return
    const impact = new Impact()
    impact.touchPackage(wanted.org, wanted.name)
    await applyChanges({ ...setting, tx, changes: [], impact }, { conclude: conclude ?? backfilled })
  })
}
