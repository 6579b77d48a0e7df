import { AtollError } from '#common/errors/index.ts'
import type { ParkedUploads } from '../operations/index.ts'
import type { StageStore } from '../stages/index.ts'
import type { ListedPurge, PurgedPlace } from './purge-keeper.ts'

/**
 * What is staged for a number that was purged can never be published. Its bytes are files of one gateway: of others', and what a kill leaves,
 * the sweeper takes.
 */
export function purgedStages(
  stages: Pick<StageStore, 'list' | 'reject'>,
  parked: Pick<ParkedUploads, 'purge'>,
): PurgedPlace {
  return {
    async forget(purges) {
      for (const purge of purges.filter(({ source }) => source === 'private')) {
        for (const { id, integrity, bundle_integrity: bundle } of await waitingFor(stages, purge)) {
          await stages.reject(id, { did: purge.by, handle: purge.by }, reasonOf(purge))
          for (const bytes of [integrity, bundle]) if (bytes !== null) await parked.purge(bytes)
        }
      }
    },
  }
}

async function waitingFor(stages: Pick<StageStore, 'list'>, { org, name, version }: ListedPurge) {
  const staged = await stages.list(name)
  return staged.filter((stage) => stage.org === org && stage.version === version && stage.state === 'waiting')
}

function reasonOf({ name: packageName, version, reason }: ListedPurge): string {
  return new AtollError('VersionPurged', { package: packageName, version, reason }).message
}
