import { AtollError } from '#common/errors/index.ts'
import { forEachBounded } from '#common/slots/index.ts'
import { readBundle } from '../provenance/read-bundle.ts'
import { unreadBundles } from '../provenance/wanted-bundles.ts'
import { readReadme } from '../readmes/read-readme.ts'
import { unreadReadmes } from '../readmes/wanted-readmes.ts'
import type { Rebuild } from './context.ts'

const workers = 2
const pageSize = 1_000

/** Reads the files that records name. One that cannot be had is a difference, if the index in use has it. */
export async function readBlobs(rebuild: Rebuild): Promise<void> {
  const { next, ingest, stop, judge } = rebuild
  const source = { db: next, setting: ingest.setting, host: ingest.hosts.org, judge }
  await readAll(rebuild, 'provenance', {
    unread: (limit) => unreadBundles(next, judge.roots, limit),
    read: (bundle) => readBundle(source, bundle, stop, true),
  })
  await readAll(rebuild, 'readmes', {
    unread: (limit) => unreadReadmes(next, limit),
    read: (readme) => readReadme(source, readme, stop, true),
  })
}

async function readAll<Wanted extends { cid: string; name: string }>(
  { stop, unreadable, report }: Rebuild,
  stage: 'provenance' | 'readmes',
  blobs: { unread: (limit: number) => Promise<Wanted[]>; read: (wanted: Wanted) => Promise<void> },
): Promise<void> {
  for (;;) {
    const unread = await blobs.unread(pageSize + unreadable.size)
    const wanted = unread.filter(({ cid }) => !unreadable.has(cid))
    if (wanted.length === 0) return
    await forEachBounded(wanted, workers, async (blob) => {
      stop.throwIfAborted()
      await blobs.read(blob).catch((error: unknown) => {
        if (!(error instanceof AtollError)) throw error
        unreadable.add(blob.cid)
      })
      report({ stage, name: blob.name, total: wanted.length })
    })
  }
}
