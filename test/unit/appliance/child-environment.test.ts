import { expect, it } from 'vitest'
import { childEnvironment } from '#appliance/supervise/child-environment.ts'

it('gives a component nothing that could be another one’s secret', () => {
  const env = { PATH: '/bin', ATOLL_UPSTREAM_TOKEN: 'a', NPM_TOKEN: 'b', npm_config_x: 'c', DATABASE_PASSWORD: 'd' }
  const given = childEnvironment(env, { NODE_COMPILE_CACHE: '/cache' })
  expect(Object.entries(given).filter(([, value]) => value !== undefined)).toEqual([
    ['PATH', '/bin'],
    ['NODE_COMPILE_CACHE', '/cache'],
  ])
})
