import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** What an import keeps on disk, so that the same command goes on where it was interrupted. */
export interface WorkFolder {
  journal: string
  /** Downloaded tarballs that are not written yet. */
  tarballs: string
  /** The list that was approved, while it is not written as a whole. */
  approved: string
}

/** One for each organisation and source. */
export function workFolder(dataDir: string, { org, source }: { org: string; source: string }): WorkFolder {
  const name = createHash('sha256')
    .update(JSON.stringify([org, source]))
    .digest('hex')
    .slice(0, 16)
  const folder = join(dataDir, 'imports', name)
  return {
    journal: join(folder, 'read.jsonl'),
    tarballs: join(folder, 'tarballs'),
    approved: join(folder, 'approved.json'),
  }
}
