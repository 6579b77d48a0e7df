import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { groupKey } from '#common/groups/index.ts'
import { IdentityResolver } from '#common/identity/index.ts'
import { fetchRecordProof } from '#common/proof/index.ts'
import { app } from '#lexicons'
import { type Recipe, secret, startRecipes } from '#test/support/shaped-provider/index.ts'
import { Developer } from './developer.ts'
import { Scene } from './scene.ts'

let scene: Scene

beforeAll(async () => {
  scene = await Scene.open()
})
afterAll(() => scene?.[Symbol.asyncDispose]())

describe('with several identity providers', () => {
  const other = 'http://localhost:9/other'

  beforeAll(async () => {
    const [idp] = scene.config.network.idps
    if (idp === undefined) return expect.fail('there is no identity provider')
    await scene.restartPeople({
      network: { ...scene.config.network, idps: [{ ...idp, issuer: other, name: 'Other' }, idp] },
    })
  })

  it('people choose where to sign in, and come back to where they were', async () => {
    const alice = new Developer(scene, 'alice')
    const { loginUrl } = await alice.asksToSignIn()
    const choice = await alice.browser.open(loginUrl)
    expect(choice.links.map(({ text }) => text)).toEqual(['Other', 'Demo'])
    const page = await alice.opens(choice.links[1]?.href ?? '')
    expect(page.url).toBe(loginUrl)
    const switched = await alice.presses(await alice.browser.open(new URL('/sign-out', loginUrl).href), 'Sign out')
    expect(switched.text).toContain('Nobody is signed in')
  })

  it('the choice leads to configured providers and to pages of ours alone', async () => {
    const alice = new Developer(scene, 'alice')
    const { loginUrl } = await alice.asksToSignIn()
    const { origin, pathname } = new URL(loginUrl)
    const choose = (query: Record<string, string>) =>
      alice.browser.open(`${origin}/sign-in?${new URLSearchParams(query)}`)
    expect((await choose({ return_to: pathname, issuer: 'http://evil.test' })).status).toBe(401)
    for (const return_to of ['//evil.test', 'http://evil.test/login/aaaaaaaaaaaaaaaaaaaaaa', '/sign-out', '']) {
      expect((await choose({ return_to, issuer: scene.idpOrigin })).status).toBe(400)
    }
  })

  it('says so when the chosen one does not answer', async () => {
    const alice = new Developer(scene, 'alice')
    const choice = await alice.browser.open((await alice.asksToSignIn()).loginUrl)
    expect((await alice.browser.open(choice.links[0]?.href ?? '')).status).toBe(503)
  })
})

describe('an account that the org PDS has bound otherwise', () => {
  it('is told so, and what to do, and the right account still counts', async () => {
    await scene.restartPeople()
    const bob = new Developer(scene, 'bob')
    const carol = new Developer(scene, 'carol')
    await bob.signsIn()
    await carol.signsIn()
    const unknown = 'enrolled_at = NULL, enrol_tried_at = NULL'
    const stolen = 'substr((SELECT subject FROM person WHERE did = $1), 5)'
    await scene.changePeopleTables("UPDATE person SET subject = 'was:' || subject WHERE did = $1", [carol.did])
    await scene.changePeopleTables(`UPDATE person SET subject = ${stolen}, ${unknown} WHERE did = $2`, [
      carol.did,
      bob.did,
    ])
    const asBob = new Developer(scene, 'carol')
    const { loginUrl } = await asBob.asksToSignIn()
    expect((await asBob.opens(loginUrl)).text).toContain('This account cannot approve')
    await asBob.signsIn()
    expect(asBob.did).toBe(bob.did)
    const asked = await asBob.asksToPublish('@acme.test/refused', '1.0.0')
    const page = await asBob.opens(asked.authUrl)
    expect(page).toMatchObject({ status: 409, title: expect.stringContaining('This account cannot approve') })
    for (const words of ['two administrators', bob.did, scene.idpOrigin]) expect(page.text).toContain(words)
    const told = () => scene.parked.decisions.filter(({ by }) => by === bob.did)
    await expect.poll(told, { timeout: 10_000 }).toMatchObject([
      { action: 'person.enrolled', subject: bob.did, details: expect.stringContaining(scene.idpOrigin) },
      { action: 'enrolment.refused', subject: bob.did, details: expect.stringContaining('AlreadyBound') },
    ])
    expect(page.forms.flatMap(({ buttons }) => buttons)).toEqual(['Use another account'])
    await scene.changePeopleTables("UPDATE person SET subject = 'elsewhere' WHERE did = $1", [bob.did])
    await scene.changePeopleTables('UPDATE person SET subject = substr(subject, 5) WHERE did = $1', [carol.did])
    await carol.signsIn()
    const own = await carol.asksToPublish('@acme.test/own', '1.0.0')
    expect((await carol.opens(own.authUrl)).status).toBe(200)
  })
})

describe('the documented recipes, all at once', () => {
  const opened = new AsyncDisposableStack()
  let recipes: Recipe[]
  let count = 0

  beforeAll(async () => {
    recipes = await startRecipes(opened, scene.redirectUri)
    const secrets = Object.fromEntries(recipes.map(({ provider }) => [provider.issuer, secret]))
    await scene.usesProviders(
      recipes.map(({ idp }) => idp),
      secrets,
    )
    const manager = new Developer(scene, 'alice')
    await manager.signsIn()
    const appliance = await scene.callAs('appliance')
    const input = { org: scene.acme as never, managers: [manager.did] as never }
    await appliance.call(app.npm.operation.registerOrg, { input })
    const groups = recipes.map(({ provider: { issuer } }) => ({ issuer, id: 'devs' }))
    expect(await manager.carriesOut(await manager.asksForTeam('devs', groups))).toHaveProperty('cid')
    expect(await manager.carriesOut(await manager.asksToPermit('team:devs'))).toHaveProperty('cid')
  })
  afterAll(() => opened.disposeAsync())

  function recipe(name: string): Recipe {
    return recipes.find((candidate) => candidate.name === name) ?? expect.fail(`there is no recipe ${name}`)
  }

  /** Somebody in front of a provider's page, whose groups are these. */
  async function signsIn(name: string, groups: string[], hasSecondFactor = true): Promise<Developer> {
    count += 1
    const developer = new Developer(scene, `dev-${count}`)
    recipe(name).provider.person = { username: developer.username, groups, hasSecondFactor }
    await developer.signsInAt(name)
    return developer
  }

  const publishes = async (developer: Developer, version = '1.0.0') =>
    developer.carriesOut(await developer.asksToPublish(`@acme.test/by-${developer.username}`, version))

  const working = ['Acme at Entra', 'Acme at Okta', 'Acme at Keycloak']

  it.each(working)('%s: somebody in the group publishes with a second factor', async (name) => {
    expect(await publishes(await signsIn(name, ['others', 'devs']))).toHaveProperty('cid')
  })

  it.each(working)('%s: nobody approves without a second factor', async (name) => {
    const developer = await signsIn(name, ['devs'], false)
    const asked = await developer.asksToPublish(`@acme.test/by-${developer.username}`, '1.0.0')
    const page = await developer.approves(asked)
    expect(page).toMatchObject({ status: 403, text: expect.stringContaining('second factor') })
    expect((await developer.polls(asked)).status).toBe(202)
  })

  it.each(working)('%s: who leaves the group does not publish any more', async (name) => {
    const developer = await signsIn(name, ['devs'])
    expect(await publishes(developer)).toHaveProperty('cid')
    recipe(name).provider.person = { username: developer.username, groups: ['others'], hasSecondFactor: true }
    expect(await publishes(developer, '1.0.1')).toMatchObject({ error: 'Forbidden' })
  })

  it('Google: people sign in, and need a passkey for an approval', async () => {
    const developer = await signsIn('Acme at Google', ['devs'])
    const page = await developer.approves(await developer.asksToPublish('@acme.test/by-google', '1.0.0'))
    expect(page.title).toContain('You have no passkey')
  })

  const many = Array.from({ length: 450 }, (_, at) => `group-${at}`)

  it('Entra: more groups than fit into a token are asked for, page by page', async () => {
    expect(await publishes(await signsIn('Acme at Entra', [...many, 'devs']))).toHaveProperty('cid')
    expect(await publishes(await signsIn('Acme at Entra', many))).toMatchObject({ error: 'Forbidden' })
  })

  it('Entra: nothing changes while the groups cannot be asked for', async () => {
    const { provider } = recipe('Acme at Entra')
    const developer = await signsIn('Acme at Entra', ['devs'])
    provider.person = { ...provider.person, groups: many }
    provider.graphStatus = 503
    expect(await publishes(developer)).toHaveProperty('cid')
    provider.graphStatus = 200
    expect(await publishes(developer, '1.0.1')).toMatchObject({ error: 'Forbidden' })
  })

  it('the groups stand in the person’s repository as digests, written when they change', async () => {
    const developer = await signsIn('Acme at Okta', ['secret-project', 'devs'])
    const first = await membershipOf(developer)
    const { issuer } = recipe('Acme at Okta').provider
    const keys = ['secret-project', 'devs'].map((id) => groupKey({ issuer, id })).sort()
    expect(first?.record).toMatchObject({ issuer, groups: keys })
    expect(JSON.stringify(first?.record)).not.toContain('secret-project')
    await developer.signsIn()
    expect((await membershipOf(developer))?.cid).toBe(first?.cid)
    recipe('Acme at Okta').provider.person = { username: developer.username, groups: [], hasSecondFactor: true }
    await new Developer(scene, developer.username, {}).signsInAt('Acme at Okta')
    expect((await membershipOf(developer))?.record).toMatchObject({ groups: [] })
  })

  it('what waits together is approved by the groups of that moment, too', async () => {
    const developer = await signsIn('Acme at Okta', ['devs'])
    for (const part of ['a', 'b']) await developer.asksToPublish(`@acme.test/part-${part}-of-${count}`, '1.0.0')
    recipe('Acme at Okta').provider.person = { username: developer.username, groups: [], hasSecondFactor: true }
    expect((await developer.approvesTogether()).title).toContain('Approved')
    expect((await membershipOf(developer))?.record).toMatchObject({ groups: [] })
  })

  async function membershipOf({ did }: Developer) {
    const peer = await scene.callAs('org')
    const sources = { identities: new IdentityResolver(scene.net.network), peers: { people: peer, org: peer } }
    const collection = app.npm.org.membership.$nsid
    return fetchRecordProof({ did, role: 'people', collection, rkey: 'self' }, sources)
  }

  it('a subject of one provider is another person at another', async () => {
    const at = async (name: string) => {
      const developer = new Developer(scene, 'same')
      recipe(name).provider.person = { username: 'same', groups: [], hasSecondFactor: true }
      await developer.signsInAt(name)
      return developer.did
    }
    const [entra, okta] = [await at('Acme at Entra'), await at('Acme at Okta')]
    expect(entra).not.toBe(okta)
    expect(await at('Acme at Entra')).toBe(entra)
  })
})
