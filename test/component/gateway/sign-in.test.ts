import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatewayDatabase } from './gateway-database.ts'
import { GatewayScene } from './gateway-scene.ts'
import { Person } from './person.ts'

let scene: GatewayScene
let dan: Person

beforeAll(async () => {
  scene = await GatewayScene.opens({ openSignInsPerAddress: 4 })
  dan = new Person(scene.url, 'dan')
})
afterAll(() => scene?.[Symbol.asyncDispose]())

const poll = async (doneUrl: string) => {
  const answer = await fetch(doneUrl)
  const body = (await answer.json()) as { token?: string; code?: string }
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body }
}

describe('npm login', () => {
  it('waits for the person, gives the token once, and keeps only its hash', async () => {
    const { loginUrl, doneUrl } = (await dan.opensSignIn()).body
    expect(loginUrl).toContain(scene.parts.net.network.publicUrls.people)
    expect(doneUrl).toContain(`${scene.url}/-/v1/done/`)
    expect(await poll(doneUrl)).toMatchObject({ status: 202, retryAfter: '1' })
    await dan.browser.confirmSignIn(loginUrl)
    const polls = await Promise.all([poll(doneUrl), poll(doneUrl)])
    expect(polls.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await poll(doneUrl)).toMatchObject({ status: 404, body: { code: 'ExpiredHandle' } })
    dan.token = polls.find(({ status }) => status === 200)?.body.token
    expect(await (await dan.asks('/-/whoami')).json()).toEqual({ username: 'dan.people.test' })
    await using database = await gatewayDatabase(scene.parts.gateway.database)
    const tokens = await database.db.selectFrom('token').selectAll().execute()
    const entries = await database.db.selectFrom('audit_entry').selectAll().execute()
    const everything = [tokens, entries]
    expect(JSON.stringify(everything)).not.toContain(dan.token)
    expect(JSON.stringify(everything)).toContain('dan.people.test')
  })

  it('ends with npm logout, and nobody logs out others', async () => {
    await scene.bob.signsIn()
    const logout = (person: Person, token = '') => person.asks(`/-/user/token/${token}`, { method: 'DELETE' })
    expect((await logout(scene.bob, scene.alice.token)).status).toBe(404)
    expect((await scene.alice.asks('/-/whoami')).status).toBe(200)
    expect((await logout(scene.bob, scene.bob.token)).status).toBe(200)
    expect((await scene.bob.asks('/-/whoami')).status).toBe(401)
  })

  it('knows no handle that was never given', async () => {
    expect(await poll(`${scene.url}/-/v1/done/AAAAAAAAAAAAAAAAAAAAAA`)).toMatchObject({ status: 404 })
  })

  it('cannot be begun without end by one address', async () => {
    const statuses = []
    for (let time = 0; time < 6; time += 1) statuses.push((await dan.opensSignIn()).status)
    expect(statuses.at(-1)).toBe(429)
  })
})
