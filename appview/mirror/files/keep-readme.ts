import { renderAgain } from '../../due/due.ts'
import { shownText } from '../../readmes/shown-text.ts'
import { type Db, publicNetwork as network } from '../../schema/index.ts'
import type { NamedFile } from './next-file.ts'

/** Keeps the beginning of a README, and has its package shown with it. */
export async function keepReadme(db: Db, file: NamedFile, bytes: Uint8Array, now: Date): Promise<void> {
  const { did, key: name, cid } = file
  await db.transaction().execute(async (tx) => {
    // Whoever renders it does so with this row, too, and asks for what is due first.
    await renderAgain(tx, [{ source: 'upstream', registry: did, name }], now)
    await tx
      .updateTable('mirror_readme')
      .set({ text: shownText(bytes), due_at: null, failures: 0 })
      .where('network', '=', network)
      .where('did', '=', did)
      .where('name', '=', name)
      .where('wanted', '=', cid)
      .execute()
  })
}
