import { scenario } from '../page/scenario.ts'

export const backdated = scenario(
  'A version that says it is old',
  'Age is a defence only when nobody can say how old a version is but we ourselves. A registry, or somebody in it, dates a version back.',
  async ({ parts: { outside } }, told) => {
    const name = 'dated-back'
    await outside.offers(name, { '1.0.0': {} })
    told.happens('Atoll knows the package. A version comes, with a `time` of years ago.')
    await outside.offers(name, { '1.0.0': {}, '1.0.1': { at: '2020-01-01T00:00:00.000Z' } })
    await told.holds('dated-back@1.0.1', () => outside.verdict(name, '1.0.1'), 'minimum-age')
    told.happens('It goes away, and comes back.')
    await outside.offers(name, { '1.0.0': {} })
    await outside.offers(name, { '1.0.0': {}, '1.0.1': { at: '2020-01-01T00:00:00.000Z' } })
    await told.holds('dated-back@1.0.1', () => outside.verdict(name, '1.0.1'), 'minimum-age')
  },
)
