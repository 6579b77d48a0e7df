import { AtollError } from '#common/errors/index.ts'
import { forEachBounded } from '#common/slots/index.ts'
import { readReadme } from '../readmes/read-readme.ts'
import { unreadReadmes } from '../readmes/wanted-readmes.ts'
import type { Rebuild } from './context.ts'

const workers = 2
const pageSize = 1_000

/** Reads the READMEs that packages want. One that cannot be had is a difference, if the index in use has it. */
export async function readReadmes(rebuild: Rebuild): Promise<void> {
  const { next, ingest, stop, unreadable } = rebuild
  const source = { db: next, setting: ingest.setting, host: ingest.hosts.org }
  for (;;) {
    const unread = await unreadReadmes(next, pageSize + unreadable.size)
    const wanted = unread.filter(({ cid }) => !unreadable.has(cid))
    if (wanted.length === 0) return
    await forEachBounded(wanted, workers, async (readme) => {
      stop.throwIfAborted()
      await readReadme(source, readme, stop, true).catch((error: unknown) => {
        if (!(error instanceof AtollError)) throw error
        unreadable.add(readme.cid)
      })
      rebuild.report({ stage: 'readmes', name: readme.name, total: wanted.length })
    })
  }
}
