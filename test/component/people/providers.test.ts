import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
    await scene.restartPeople({ network: { ...scene.config.network, idps: [{ ...idp, issuer: other }, idp] } })
  })

  it('people choose where to sign in, and come back to where they were', async () => {
    const alice = new Developer(scene, 'alice')
    const { loginUrl } = await alice.asksToSignIn()
    const choice = await alice.browser.open(loginUrl)
    expect(choice.links.map(({ text }) => text)).toEqual([other, scene.idpOrigin])
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
    expect(page.forms.flatMap(({ buttons }) => buttons)).toEqual(['Use another account'])
    await scene.changePeopleTables("UPDATE person SET subject = 'elsewhere' WHERE did = $1", [bob.did])
    await scene.changePeopleTables('UPDATE person SET subject = substr(subject, 5) WHERE did = $1', [carol.did])
    await carol.signsIn()
    const own = await carol.asksToPublish('@acme.test/own', '1.0.0')
    expect((await carol.opens(own.authUrl)).status).toBe(200)
  })
})
