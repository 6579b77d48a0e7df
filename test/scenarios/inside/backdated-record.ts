import { cidOfRecord } from '#common/records/index.ts'
import { alone, attests, drafts } from '#test/component/appview/deeds.ts'
import { scenario } from '../page/scenario.ts'
import { hourMs } from '../stage/outside.ts'

export const backdatedRecord = scenario(
  'A record that says it is old',
  '`createdAt` is the publisher’s word. Whoever writes an early one hopes to be past the age at which versions are held, or to have a version that can no longer be withdrawn.',
  async ({ parts: { scene, company } }, told) => {
    const { acme, alice } = company
    const name = '@acme.test/aged'
    const draft = await drafts(acme, { name, version: '1.0.0' })
    const record = { ...draft.record.record, createdAt: '2020-01-01T00:00:00.000Z' }
    const [write] = alone(draft)
    told.happens('A version comes whose record says that it is of 2020.')
    await scene.tells(alice, [attests(acme, { ...draft, record: { ...draft.record, cid: cidOfRecord(record) } })])
    await scene.tells(acme, [{ action: 'create', path: write?.path ?? '', record }])
    await told.allows(`${name}@1.0.0`, () => company.verdict(name, '1.0.0'))
    const age = async () => {
      const published = Date.parse((await company.packument(name)).time['1.0.0'] ?? '')
      return Date.now() - published < hourMs ? 'when we first saw it' : 'earlier'
    }
    await told.shows('Its time in the packument is', age, 'when we first saw it')
  },
)
