import { scenario } from '../page/scenario.ts'

const foreign = ['@inhouse/payments', '@acme.test/billing']

/** https://medium.com/@alex.birsan/dependency-confusion-4a5d60fec610 */
export const dependencyConfusion = scenario(
  'Dependency confusion',
  'In 2021 somebody published packages with names that companies use inside, and higher versions, on the public registry; installers took those.',
  async ({ parts: { scene, outside } }, told) => {
    told.happens(
      'The registry outside has `99.0.0` of two names that are ours: one of a scope in the settings, one of a domain.',
    )
    for (const name of foreign) {
      scene.parts.registry.has(name, '99.0.0')
      const code = () =>
        outside.packument(name).then(
          () => 'found',
          (error: { code: string }) => error.code,
        )
      await told.shows(`The packument of \`${name}\` is`, code, 'NotFound')
      await told.shows('The registry outside was asked for it so many times', () => `${outside.timesAsked(name)}`, '0')
    }
  },
)

export const lookAlike = scenario(
  'A scope that looks like ours',
  'Somebody registers a scope outside whose name is taken for the company’s by whoever reads fast.',
  async ({ parts: { scene, outside } }, told) => {
    told.happens('`@inhouse` is ours. Others are registered outside, and wait to be asked for.')
    for (const name of ['@inh0use/ui', '@lnhouse/ui', '@inhous/ui']) {
      scene.parts.registry.has(name, '1.0.0')
      await told.holds(`${name}@1.0.0`, () => outside.verdict(name, '1.0.0'), 'look-alike')
    }
    await outside.offers('@outhouse/ui', { '1.0.0': {} })
    await told.allows('@outhouse/ui@1.0.0', () => outside.verdict('@outhouse/ui', '1.0.0'))
  },
)
