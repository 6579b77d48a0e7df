import { scenario } from '../page/scenario.ts'

/** https://github.com/advisories/GHSA-5rqg-jm4f-cqx7 */
export const colors = scenario(
  'colors: sabotage by its author',
  'In 2022 the author of `colors` published a version that prints nonsense for ever. The account, the scripts and the dependencies are as they always were: only time tells.',
  async ({ parts: { outside, desk } }, told) => {
    const name = 'colors'
    const manifest = { _npmUser: { name: 'marak' } }
    const sabotaged = { manifest, at: outside.ago(0) }
    await outside.offers(name, { '1.4.0': { manifest } })
    told.happens('`1.4.1` comes, and is `latest` outside.')
    await outside.offers(name, { '1.4.0': { manifest }, '1.4.1': sabotaged })
    const verdict = () => outside.verdict(name, '1.4.1')
    await told.holds('colors@1.4.1', verdict, 'minimum-age')
    await told.shows('`latest` is', () => outside.latest(name), '1.4.0')
    told.happens('Before its time has come, the company blocks it: `atoll block colors@1.4.1`.')
    await desk.does({ subject: `pkg:npm/${name}`, range: '1.4.1', val: 'revoked', reason: 'prints for ever' })
    await told.blocks('colors@1.4.1', verdict, 'not-revoked')
    await told.shows('`latest` is still', () => outside.latest(name), '1.4.0')
  },
)
