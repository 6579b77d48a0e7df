import { scenario } from '../page/scenario.ts'

/** https://blog.npmjs.org/post/141577284765/kik-left-pad-and-npm */
export const leftPad = scenario(
  'left-pad: removed outside',
  'In 2016 the author of `left-pad` removed it from the registry, and thousands of builds broke.',
  async ({ parts: { outside } }, told) => {
    const name = 'left-pad'
    await outside.offers(name, { '0.0.3': {} })
    told.happens('Somebody in the company installs it, once.')
    await told.shows('Its tarball is', () => outside.tarball(name, '0.0.3'), 'the same bytes')
    told.happens('The registry outside has it no longer.')
    await outside.forgets(name)
    const mark = async () => (await outside.packument(name)).versions['0.0.3']?.deprecated?.replace(/ \d.*/, '')
    await told.shows('The version is marked', mark, 'Removed upstream on')
    await told.allows('left-pad@0.0.3', () => outside.verdict(name, '0.0.3'))
    await told.shows('Its tarball is', () => outside.tarball(name, '0.0.3'), 'the same bytes')
  },
)
