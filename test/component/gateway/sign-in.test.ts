import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Device } from './device.ts'
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

describe('signing in by a code (RFC 8628)', () => {
  it('gives a machine without a browser a token, once, after its person typed the code elsewhere', async () => {
    const device = new Device(scene.url, '127.0.0.2')
    const asked = await device.asksForCode()
    expect(asked).toMatchObject({ expires_in: expect.toSatisfy((s) => s > 590 && s <= 600), interval: 5 })
    expect(asked.verification_uri).toBe(`${scene.parts.net.network.publicUrls.people}/device`)
    // Neither is a way around the other.
    expect(await poll(`${scene.url}/-/v1/done/${asked.device_code}`)).toMatchObject({ status: 404 })
    await dan.browser.confirmByCode(asked.verification_uri, asked.user_code)
    const { status, body } = await device.polls(asked.device_code)
    expect({ status, body }).toMatchObject({ status: 200, body: { token_type: 'Bearer' } })
    const holder = new Person(scene.url, 'dan')
    holder.token = body.access_token
    expect(await (await holder.asks('/-/whoami')).json()).toEqual({ username: 'dan.people.test' })
    expect(await device.polls(asked.device_code)).toMatchObject({ status: 400, body: { error: 'expired_token' } })
    await using database = await gatewayDatabase(scene.parts.gateway.database)
    const entries = await database.db.selectFrom('audit_entry').selectAll().execute()
    const issued = entries.filter(({ action }) => action === 'token.issued')
    expect(issued.at(-1)?.details).toContain('127.0.0.2')
  })

  it('tells a machine to wait, and to wait longer when it does not', async () => {
    const device = new Device(scene.url, '127.0.0.3')
    const { device_code } = await device.asksForCode()
    const pending = { status: 400, body: { error: 'authorization_pending' } }
    expect(await device.polls(device_code)).toMatchObject(pending)
    for (const seconds of [10, 15]) {
      const { status, body } = await device.polls(device_code)
      expect({ status, error: body.error }).toEqual({ status: 400, error: 'slow_down' })
      expect(body.error_description).toContain(`every ${seconds} seconds`)
    }
  })

  it('ends when the person says it was not them', async () => {
    const device = new Device(scene.url, '127.0.0.4')
    const { device_code, user_code, verification_uri } = await device.asksForCode()
    await dan.browser.refuseByCode(verification_uri, user_code)
    expect(await device.polls(device_code)).toMatchObject({ status: 400, body: { error: 'access_denied' } })
  })

  it.each([
    [{}, 'invalid_request'],
    [{ grant_type: 'password', device_code: 'x' }, 'unsupported_grant_type'],
    [{ grant_type: 'urn:ietf:params:oauth:grant-type:device_code' }, 'invalid_request'],
    [{ grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'x'.repeat(65) }, 'invalid_request'],
    [{ grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'never-given' }, 'expired_token'],
  ])('answers %j with %s', async (form, error) => {
    const answer = await new Device(scene.url, '127.0.0.5').posts('token', form as Record<string, string>)
    expect(answer).toMatchObject({ status: 400, body: { error, error_description: expect.any(String) } })
  })

  it('cannot be begun without end by one address', async () => {
    const device = new Device(scene.url, '127.0.0.6')
    for (let time = 0; time < 4; time += 1) await device.asksForCode()
    const refused = await device.posts('device_authorization', {})
    expect(refused).toMatchObject({ status: 429, body: { error: 'temporarily_unavailable' } })
  })
})
