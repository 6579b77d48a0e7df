import { AtollError } from '#common/errors/index.ts'
import type { ParkedUploads } from '../operations/index.ts'
import type { StageStore } from '../stages/index.ts'
import type { ListedPurge, PurgedPlace } from './purge-keeper.ts'

/**
 * What is staged for a number that was purged can never be published. Its bytes are files of one gateway, and whichever hears first rejects it:
 * so each deletes those it has, also of what was rejected already.
 */
export function purgedStages(
  stages: Pick<StageStore, 'list' | 'reject'>,
  parked: Pick<ParkedUploads, 'purge'>,
): PurgedPlace {
  return {
    async forget(purges) {
      for (const purge of purges.filter(({ source }) => source === 'private')) {
        for (const { id, state, integrity, bundle_integrity: bundle } of await stagedFor(stages, purge)) {
          if (state === 'waiting') await stages.reject(id, { did: purge.by, handle: purge.by }, reasonOf(purge))
          for (const bytes of [integrity, bundle]) if (bytes !== null) await parked.purge(bytes)
        }
      }
    },
  }
}

async function stagedFor(stages: Pick<StageStore, 'list'>, { org, name, version }: ListedPurge) {
  const staged = await stages.list(name)
  return staged.filter((stage) => stage.org === org && stage.version === version)
}

function reasonOf({ name: packageName, version, reason }: ListedPurge): string {
  return new AtollError('VersionPurged', { package: packageName, version, reason }).message
}
