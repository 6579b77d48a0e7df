import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Group } from '#common/groups/index.ts'
import type { Ceremony, Person } from './person.ts'
import { openScene, type Scene } from './scene.ts'

describe('publishing as somebody whose team names a group', () => {
  let scene: Scene
  let dev: Group
  let person: Person
  let count = 0

  beforeAll(async () => {
    scene = await openScene()
    const { alice, idp } = scene
    dev = { issuer: idp.config.issuer, id: '5c0c8b2e-dev' }
    const rule = { id: 'devs-publish', subject: 'team:devs', action: 'publish', packages: '@acme.test/*' }
    expect((await alice.approves(await alice.preparesTeam({ name: 'devs', groups: [dev] }))).status).toBe(200)
    expect((await alice.approves(await alice.preparesPermission(rule))).status).toBe(200)
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())
  beforeEach(async () => {
    count += 1
    person = await scene.newcomer(`dev-${count}`)
    await person.enrols()
  })

  /** @param said about groups, in the ID token of this very operation */
  async function publishes(said: object): Promise<unknown> {
    const ceremony: Ceremony = await person.preparesPublish(`@acme.test/grouped-${count}@1.0.0`)
    const response = await person.approves({ ...ceremony, claims: { ...ceremony.claims, ...said } })
    return response.status === 200 ? 'published' : ((await response.json()) as { error: string }).error
  }

  it('works when the ID token says that they are in it', async () => {
    expect(await publishes({ groups: ['another', dev.id] })).toBe('published')
  })

  it('is refused when it says that they are not, whatever the people PDS says', async () => {
    await person.isKnownIn([dev])
    expect(await publishes({ groups: ['another'] })).toBe('Forbidden')
    expect(await publishes({ groups: [] })).toBe('Forbidden')
  })

  it.each([
    ['nothing', {}],
    ['that there are too many groups for it', { _claim_names: { groups: 'src1' } }],
    ['so much by hasgroups', { hasgroups: true }],
  ])('goes by what the provider said last when the token says %s', async (_case, said) => {
    expect(await publishes(said)).toBe('Forbidden')
    await person.isKnownIn([dev])
    expect(await publishes(said)).toBe('published')
  })

  it('does not go by what the provider said too long ago', async () => {
    await person.isKnownIn([dev], { observedAt: new Date(Date.now() - 3_700_000) })
    expect(await publishes({})).toBe('Forbidden')
  })

  it('does not go by what another provider is said to have said', async () => {
    await person.isKnownIn([dev], { issuer: 'https://other.test' })
    expect(await publishes({})).toBe('Forbidden')
  })

  it('works with hundreds of groups in the token', async () => {
    const groups = Array.from({ length: 600 }, (_, at) => `/departments/engineering/teams/team-number-${at}`)
    expect(await publishes({ groups: [...groups, dev.id] })).toBe('published')
  })
})
