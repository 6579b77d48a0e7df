import { newKey } from '#test/component/appview/free-labeler.ts'
import { scenario } from '../page/scenario.ts'
import type { Story } from '../page/story.ts'
import type { Stage } from '../stage/stage.ts'

/** Everything the labeler said before was looked at, once this one counts. */
async function saysHonestly(name: string, { parts: { outside, trusted } }: Stage, told: Story): Promise<void> {
  await outside.offers(name, { '1.0.0': {} })
  await trusted.says(`pkg:npm/${name}@1.0.0`, 'malware')
  await told.blocks(`${name}@1.0.0`, () => outside.verdict(name, '1.0.0'), 'labels')
}

export const lyingLabelers = scenario(
  'Labels that do not count',
  'A label can stop a package in a whole company; so whoever wants to do that, or wants a block to end, forges one.',
  async (stage, told) => {
    const { outside, desk, modest, trusted } = stage.parts
    const name = 'slandered'
    const uri = `pkg:npm/${name}@1.0.0`
    const verdict = () => outside.verdict(name, '1.0.0')
    await outside.offers(name, { '1.0.0': {} })
    told.happens('A labeler that the settings do not name says `malware`.')
    await desk.hears({ src: 'did:web:stranger.test', uri, val: 'malware' })
    told.happens(
      'Somebody else signs one for a labeler that may block, and that labeler says one in the name of another.',
    )
    await trusted.says(uri, 'malware', {}, await newKey())
    await trusted.says(uri, 'malware', { src: modest.did })
    told.happens('The same labeler says something honest, of another package, which is taken up after all of these.')
    await saysHonestly('honest', stage, told)
    await told.allows(`${name}@1.0.0`, verdict)
    told.happens('One that may only warn says `malware`.')
    await modest.says(uri, 'malware')
    await told.allows(`${name}@1.0.0`, verdict, { remarks: 1 })
  },
)

export const replayedLabels = scenario(
  'A label that was taken back, and is sent again',
  'Labels are signed, so whoever has one may send it for ever.',
  async (stage, told) => {
    const { outside, trusted } = stage.parts
    const name = 'cleared'
    const uri = `pkg:npm/${name}@1.0.0`
    const verdict = () => outside.verdict(name, '1.0.0')
    await outside.offers(name, { '1.0.0': {} })
    const [older, cts] = [20_000, 10_000].map((ms) => new Date(Date.now() - ms).toISOString())
    told.happens('A labeler that may block says `malware`.')
    await trusted.says(uri, 'malware', { cts })
    await told.blocks(`${name}@1.0.0`, verdict, 'labels')
    told.happens('It takes that back.')
    await trusted.says(uri, 'malware', { neg: true })
    await told.allows(`${name}@1.0.0`, verdict)
    told.happens(
      'The first label is sent again, and an older one that nobody here had seen; after them an honest one, of another package.',
    )
    for (const time of [cts, older]) await trusted.says(uri, 'malware', { cts: time })
    await saysHonestly('honest-too', stage, told)
    await told.allows(`${name}@1.0.0`, verdict)
  },
)
