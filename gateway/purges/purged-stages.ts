import { AtollError } from '#common/errors/index.ts'
import type { StageStore } from '../stages/index.ts'
import type { ListedPurge, PurgedPlace } from './purge-keeper.ts'

/** What is staged for a number that was purged can never be published. Its bytes go when the sweeper comes by. */
export function purgedStages(stages: Pick<StageStore, 'list' | 'reject'>): PurgedPlace {
  return {
    async forget(purges) {
      for (const purge of purges.filter(({ source }) => source === 'private')) {
        for (const { id } of await waitingFor(stages, purge)) {
          await stages.reject(id, { did: purge.by, handle: purge.by }, reasonOf(purge))
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
