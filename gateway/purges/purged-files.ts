import type { PurgedPlace } from './purge-keeper.ts'

/** Files that are named by their digest. */
export function purgedFiles(files: { purge(integrity: string): Promise<void> }): PurgedPlace {
  return {
    async forget(purges) {
      for (const integrity of purges.flatMap(({ digests }) => digests)) await files.purge(integrity)
    },
  }
}
