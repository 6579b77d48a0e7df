import { scenario } from '../page/scenario.ts'
import { hourMs } from '../stage/outside.ts'

const by = (name: string, dependencies: Record<string, string> = {}) => ({
  manifest: { _npmUser: { name }, dependencies },
})

/** https://github.com/dominictarr/event-stream/issues/116 */
export const eventStream = scenario(
  'event-stream: a new maintainer adds a dependency',
  'In 2018 the author of `event-stream` gave it away to somebody who asked. The new maintainer published a harmless version, and then one that depends on `flatmap-stream`, which steals from wallets.',
  async ({ parts: { outside } }, told) => {
    const name = 'event-stream'
    const before = { '3.3.3': by('dominictarr'), '3.3.4': by('dominictarr') }
    await outside.offers(name, before)
    told.happens('Atoll knows `3.3.4` by the old maintainer. The new one publishes `3.3.5`, two days ago.')
    const harmless = { ...by('right9ctrl'), at: outside.ago(48 * hourMs) }
    await outside.offers(name, { ...before, '3.3.5': harmless })
    await told.holds('event-stream@3.3.5', () => outside.verdict(name, '3.3.5'), 'new-publisher')
    told.happens('Then comes `3.3.6`, with the payload.')
    const loaded = by('right9ctrl', { 'flatmap-stream': '^0.1.0' })
    await outside.offers(name, { ...before, '3.3.5': harmless, '3.3.6': loaded })
    await told.holds('event-stream@3.3.6', () => outside.verdict(name, '3.3.6'), 'dependencies')
    await told.shows('The packument has', () => outside.versions(name), ['3.3.3', '3.3.4'])
    await told.shows('`latest` is', () => outside.latest(name), '3.3.4')
    told.happens('Whoever has a lockfile installs what it pins.')
    await told.allows('event-stream@3.3.4', () => outside.verdict(name, '3.3.4'))
    await told.shows('Its tarball is', () => outside.tarball(name, '3.3.4'), 'the same bytes')
  },
)
