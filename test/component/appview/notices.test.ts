import { createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import type { DidString } from '@atproto/syntax'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { noticesConfigSchema } from '#appview/notices/config.ts'
import { noticesChannel } from '#appview/notices/put-notice.ts'
import { openAppViewDatabase } from '#appview/schema/index.ts'
import { sql } from '#common/db/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { tinyServer } from '#test/support/tiny-server.ts'
import { AppViewScene } from './appview-scene.ts'
import { alone, attests, type Draft, drafts, permits, type RightDraft, retires } from './deeds.ts'
import { MailBox } from './mail-box.ts'

const key = Buffer.alloc(32, 9)
const secret = `whsec_${key.toString('base64')}`
const { listMessages, retryMessages, testNotices } = app.npm.registry

interface Received {
  headers: IncomingHttpHeaders
  body: { type: string; timestamp: string; data: Record<string, string> }
  raw: string
}

let scene: AppViewScene
let acme: RepoAuthor
let alice: RepoAuthor
let mail: MailBox
let hook: Awaited<ReturnType<typeof tinyServer>>
let administration: PeerClient
const received: Received[] = []
let answer = 204

beforeAll(async () => {
  mail = await MailBox.start()
  hook = await tinyServer(async (request, response) => {
    const raw = await text(request)
    received.push({ headers: request.headers, body: JSON.parse(raw), raw })
    response.statusCode = answer
    if (answer === 302) response.setHeader('location', 'https://elsewhere.test/')
    response.end()
  })
  const smtp = {
    host: '127.0.0.1',
    port: mail.port,
    tls: 'none',
    credentials: { user: 'atoll', password: 'mail-password' },
  }
  const notices = noticesConfigSchema.parse({
    webhooks: [
      { name: 'siem', url: `${hook.url}/in`, secret },
      { name: 'gone', url: 'http://127.0.0.1:1/', secret, types: ['alarm.raised'] },
    ],
    mail: { from: 'Atoll <atoll@acme.test>', smtp, security: ['sec@acme.test'], people: true },
  })
  scene = await AppViewScene.opens({ notices })
  ;({ acme, alice } = scene.parts)
  administration = await scene.callsAs('appliance')
  scene.parts.people.addresses.set(alice.did, 'alice@acme.test')
  await scene.starts()
  await approved(permits(acme, 'alice-publishes', { subject: alice.did, action: 'publish' }))
})
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
  await hook?.[Symbol.asyncDispose]()
  await mail?.[Symbol.asyncDispose]()
})
beforeEach(() => {
  answer = 204
  mail.full = false
})

async function approved(draft: RightDraft): Promise<void> {
  await scene.tells(alice, [draft.approval()])
  await scene.tells(acme, [draft.write])
}

async function publishes(version: string): Promise<Draft> {
  const draft = await drafts(acme, { version })
  await scene.tells(alice, [attests(acme, draft)])
  await scene.tells(acme, alone(draft))
  const params = { org: acme.did as DidString, name: draft.name, version, cid: draft.record.cid, timeoutMs: 5_000 }
  await scene.parts.gateway.call(app.npm.registry.awaitVersion, { params })
  return draft
}

const told = (type: string, version?: string) =>
  received.filter(({ body }) => body.type === type && (version === undefined || body.data['version'] === version))
const mails = (to: string, words: string) =>
  mail.received.filter((message) => message.to.includes(to) && message.text.includes(words))
const messages = async (state?: 'waiting' | 'sent' | 'dead') =>
  (await administration.call(listMessages, { params: { limit: 500, ...(state === undefined ? {} : { state }) } }))
    .messages
const until = (found: () => unknown) => expect.poll(found, { timeout: 15_000, interval: 50 })

describe('webhooks', () => {
  it('are told of a publish, in the name of whom, signed over what they get', async () => {
    await publishes('1.0.0')
    await until(() => told('version.published', '1.0.0').length).toBe(1)
    const [{ headers, body, raw }] = told('version.published', '1.0.0') as [Received]
    expect(body.data).toMatchObject({ org: acme.did, name: '@acme.test/hello', by: alice.did })
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${raw}`
    const expected = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
    expect(headers['webhook-signature']).toBe(expected)
    expect(Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp']))).toBeLessThan(60)
  })

  it('are told of rights, of what is withdrawn, and of alarms', async () => {
    await until(() => told('rights.changed')).not.toEqual([])
    await publishes('1.1.0')
    await approved(retires(acme, '1.1.0', { reason: 'broken' }))
    await until(() => told('version.blocked', '1.1.0').length).toBe(1)
    await publishes('1.2.0')
    const changed = await drafts(acme, { version: '1.2.0', manifest: { main: 'evil.js' } })
    const writes = alone(changed).map((write) => ({ ...write, action: 'update' as const }))
    await scene.tells(acme, writes)
    await until(() => told('alarm.raised').map(({ body }) => body.data['alarm'])).toEqual(['version-tampered'])
  })

  it('that fail are asked again with the same id, later, and given up at last', async () => {
    answer = 503
    await publishes('2.0.0')
    await until(() => told('version.published', '2.0.0').length).toBe(1)
    const id = told('version.published', '2.0.0')[0]?.headers['webhook-id']
    const state = async () => (await messages()).find((message) => message.id === id && message.channel === 'webhook')
    await until(async () => (await state())?.error).toBe('it answered 503')
    await using database = await openAppViewDatabase({ ...scene.parts.config.database, poolSize: 1 })
    const hourLater = async () => {
      scene.clock.aheadMs += 3_600_000
      // Or it looks every other second.
      await sql`SELECT pg_notify(${noticesChannel}, '')`.execute(database.db)
      return state()
    }
    await expect.poll(hourLater, { timeout: 60_000, interval: 50 }).toMatchObject({ state: 'dead', attempts: 10 })
    expect(told('version.published', '2.0.0')).toHaveLength(10)
    expect(new Set(told('version.published', '2.0.0').map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([id]),
    )
    scene.clock.aheadMs += 25 * 3_600_000
    answer = 204
    expect((await messages('dead')).map((message) => message.id)).toContain(id)
    expect(await administration.call(retryMessages, { input: { id: id as string } })).toEqual({ messages: 1 })
    await until(async () => (await state())?.state).toBe('sent')
  })

  it('that are gone, or lead elsewhere, get nothing more', async () => {
    answer = 410
    await publishes('2.1.0')
    const stateOf = async (target: string, type: string) =>
      (await messages()).find((message) => message.target === target && message.type === type)
    await until(async () => (await stateOf('siem', 'version.published'))?.state).toBe('dead')
    answer = 302
    await publishes('2.2.0')
    await until(async () => (await stateOf('siem', 'version.published'))?.error).toMatch(/redirects/)
    // Nobody listens there; and the others did not wait for it.
    expect(await stateOf('gone', 'alarm.raised')).toMatchObject({ state: expect.stringMatching(/waiting|dead/) })
  })
})

describe('mail', () => {
  it('tells people of what is published in their name, where their provider says they are', async () => {
    await until(() => mails('alice@acme.test', '@acme.test/hello@1.0.0 was published in your name').length).toBe(1)
    const message = mails('alice@acme.test', '@acme.test/hello@1.0.0')[0]?.text
    expect(message).toMatch(/^Auto-Submitted: auto-generated/im)
    expect(message).toMatch(/^Message-ID: <msg_[\w-]+@acme\.test>/im)
  })

  it('tells who looks after security of blocks and alarms', async () => {
    await until(() => mails('sec@acme.test', '1.1.0 can no longer be installed').length).toBe(1)
    await until(() => mails('sec@acme.test', 'version-tampered').length).toBeGreaterThan(0)
  })

  it('waits for a server that takes nothing at the moment', async () => {
    mail.full = true
    await publishes('3.0.0')
    const mine = async () =>
      (await messages()).find(
        ({ channel, target, state }) => channel === 'mail' && target === alice.did && state !== 'sent',
      )
    await until(async () => (await mine())?.error).toMatch(/mailbox full/)
    mail.full = false
    scene.clock.aheadMs += 3_600_000
    await until(() => mails('alice@acme.test', 'hello@3.0.0').length).toBe(1)
  })

  it('is not sent to who has no address, and that is said', async () => {
    scene.parts.people.addresses.delete(alice.did)
    await publishes('3.1.0')
    await until(async () => (await messages('dead')).map(({ error }) => error)).toContain(
      'nobody knows an address of theirs',
    )
  })
})

describe('the outbox', () => {
  it('sends after a restart what was to be told before, and nothing twice', async () => {
    await scene.stops()
    const client = new pg.Client({
      connectionString: scene.parts.config.database.url,
      options: '-c search_path=appview',
    })
    await client.connect()
    await client.query(`INSERT INTO notice (id, network, type, data, at, told)
      VALUES ('msg_before', 'private', 'version.blocked', '{"name":"left-pad","version":"1.3.0"}', now(), false)`)
    await client.end()
    const before = received.length
    await scene.starts()
    await until(() => told('version.blocked', '1.3.0').length).toBe(1)
    await until(async () => (await messages('waiting')).filter(({ target }) => target === 'siem')).toEqual([])
    const again = received.slice(before).filter(({ body }) => body.data['version'] !== '1.3.0')
    expect(again.map(({ headers }) => headers['webhook-id'])).toEqual([
      ...new Set(again.map(({ headers }) => headers['webhook-id'])),
    ])
  })

  it('tells everybody of a test, for the administration of the box alone', async () => {
    const { id, targets } = await administration.call(testNotices, { input: {} })
    expect(targets).toEqual(['siem', 'gone', 'sec@acme.test'])
    await until(() => received.some(({ headers }) => headers['webhook-id'] === id)).toBe(true)
    await until(() => mails('sec@acme.test', 'A test of this registry').length).toBe(1)
    await expect(scene.parts.gateway.call(testNotices, { input: {} })).rejects.toMatchObject({
      code: 'UntrustedIssuer',
    })
  })
})
