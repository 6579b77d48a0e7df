import { scenario } from '../page/scenario.ts'

/** https://github.com/advisories/GHSA-pjwm-rvh2-c87w */
export const uaParserJs = scenario(
  'ua-parser-js: a hijacked account',
  'In 2021 somebody got into the account of the author of `ua-parser-js` and published three versions whose `preinstall` script fetches a miner and a password stealer. They were there for four hours.',
  async ({ parts: { outside, desk, trusted } }, told) => {
    const name = 'ua-parser-js'
    const manifest = { _npmUser: { name: 'faisalman' } }
    const evil = {
      manifest: { ...manifest, scripts: { preinstall: 'start /B node preinstall.js & node preinstall.js' } },
    }
    await outside.offers(name, { '0.7.28': { manifest } })
    told.happens('`0.7.29` comes, by the same account as ever.')
    await outside.offers(name, { '0.7.28': { manifest }, '0.7.29': evil })
    const verdict = () => outside.verdict(name, '0.7.29')
    await told.holds('ua-parser-js@0.7.29', verdict, 'install-scripts')
    await told.shows('The packument has', () => outside.versions(name), ['0.7.28'])
    told.happens('A labeler that the company follows, and lets block, says `malware`.')
    await trusted.says(`pkg:npm/${name}@0.7.29`, 'malware')
    await told.blocks('ua-parser-js@0.7.29', verdict, 'labels')
    told.happens('So does the company itself; against that there is no exception.')
    await desk.does({ subject: `pkg:npm/${name}`, versions: ['0.7.29'], val: 'malware' })
    await told.blocks('ua-parser-js@0.7.29', verdict, 'not-revoked')
    await told.allows('ua-parser-js@0.7.28', () => outside.verdict(name, '0.7.28'))
  },
)
