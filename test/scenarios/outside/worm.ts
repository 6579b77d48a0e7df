import { scenario } from '../page/scenario.ts'

const names = ['ctrl-tinycolor', 'ngx-toastr', 'koa2-swagger-ui', 'rxnt-kue']

/** https://www.cisa.gov/news-events/alerts/2025/09/23/widespread-supply-chain-compromise-impacting-npm-ecosystem */
export const worm = scenario(
  'Shai-Hulud: a worm',
  'In 2025 a worm published itself with the tokens it found on the machines of maintainers: hundreds of packages had a new `postinstall` script within hours.',
  async ({ parts: { outside, desk } }, told) => {
    const infected = { manifest: { scripts: { postinstall: 'node bundle.js' } } }
    for (const name of names) await outside.offers(name, { '1.0.0': {} })
    told.happens('It comes with four packages at once.')
    for (const name of names) {
      await outside.offers(name, { '1.0.0': {}, '1.0.1': infected })
      await told.holds(`${name}@1.0.1`, () => outside.verdict(name, '1.0.1'), 'install-scripts')
    }
    const [name = ''] = names
    await told.shows('The packument of the first one has', () => outside.versions(name), ['1.0.0'])
    told.happens(`The company blocks all that may come of one of them: \`atoll block "${name}@>=1.0.1"\`.`)
    await desk.does({ subject: `pkg:npm/${name}`, range: '>=1.0.1', val: 'revoked', reason: 'Shai-Hulud' })
    await told.blocks(`${name}@1.0.1`, () => outside.verdict(name, '1.0.1'), 'not-revoked')
    told.happens('The worm comes again, without its script.')
    await outside.offers(name, { '1.0.0': {}, '1.0.1': infected, '1.0.2': {} })
    await told.blocks(`${name}@1.0.2`, () => outside.verdict(name, '1.0.2'), 'not-revoked')
  },
)
