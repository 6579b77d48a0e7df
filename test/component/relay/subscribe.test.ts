import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { atproto } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { RelayScene } from './relay-scene.ts'
import { Subscriber } from './subscriber.ts'

const note = (name: string | number) => `app.example.note/${name}`

let scene: RelayScene
let alice: RepoAuthor

beforeAll(async () => {
  scene = await RelayScene.opens({ subscribers: { slowSeconds: 0.5 } })
  alice = await scene.joins(scene.org)
  for (const n of [2, 3, 4, 5]) scene.org.sends('#commit', await alice.creates(note(n)))
  await (await scene.subscribes(0)).untilCommit(alice.state.rev)
})
afterAll(() => scene[Symbol.asyncDispose]())

const seqs = (subscriber: Subscriber) => subscriber.events.map((event) => event.event.seq)

async function nextCommit(): Promise<string> {
  scene.org.sends('#commit', await alice.creates(note(`next-${alice.state.rev}`)))
  return alice.state.rev
}

describe('a subscriber', () => {
  it('without a cursor gets what comes from now on', async () => {
    const subscriber = await scene.subscribes()
    await subscriber.untilCommit(await nextCommit())
    expect(seqs(subscriber)).toHaveLength(1)
  })

  it('with a cursor gets what comes after it, and goes on live', async () => {
    const subscriber = await scene.subscribes(3)
    await subscriber.untilCommit(await nextCommit())
    expect(seqs(subscriber).slice(0, 3)).toEqual([4, 5, 6])
  })

  it('with cursor 0 gets everything', async () => {
    const subscriber = await scene.subscribes(0)
    await subscriber.untilCommit(await nextCommit())
    expect(subscriber.frames[0]).toMatchObject({ kind: 'commit', event: { seq: 1 } })
  })

  it('with a cursor from the future is told so, and let go', async () => {
    const subscriber = await scene.subscribes(1_000_000)
    await subscriber.untilClosed()
    expect(subscriber.frames).toMatchObject([{ kind: 'error', error: 'FutureCursor' }])
  })

  it('whose cursor is older than the log is told so, and begins with the oldest event', async () => {
    await forgetEventsUpTo(3)
    const subscriber = await scene.subscribes(2)
    await subscriber.untilCommit(await nextCommit())
    expect(subscriber.frames[0]).toMatchObject({ kind: 'info', event: { name: 'OutdatedCursor' } })
    expect(subscriber.frames[1]).toMatchObject({ kind: 'commit', event: { seq: 4 } })
    const next = await scene.subscribes(3)
    await next.until((frame) => frame.kind === 'commit')
    expect(next.frames[0]).toMatchObject({ kind: 'commit', event: { seq: 4 } })
  })

  it('that does not read is let go, and others are none the slower', async () => {
    const before = (await scene.health()).subscribers
    const slow = await scene.subscribes()
    slow.pauses()
    const quick = await scene.subscribes()
    for (let n = 0; n < 20; n += 1) {
      scene.org.sends('#commit', await alice.creates(note(`large-${n}`), { text: 'x'.repeat(900_000) }))
    }
    await quick.untilCommit(alice.state.rev)
    expect(quick.events).toHaveLength(20)
    while ((await scene.health()).subscribers > before + 1) await scene.health()
  })
})

describe('nobody subscribes', () => {
  it.each([
    ['without a token', {}],
    ['with a token that is none', { authorization: 'Bearer nonsense' }],
  ])('%s', async (_, headers: Record<string, string>) => {
    expect(await statusOfUpgrade(atproto.subscribeRepos, headers)).toBe(401)
  })

  it('with a token for another method, of a component that has no business here, or used before', async () => {
    const [appview, people] = [scene.appview, await scene.net.authAs('people')]
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
    const other = await appview.tokenFor('relay', atproto.listRepos)
    expect(await statusOfUpgrade(atproto.subscribeRepos, bearer(other))).toBe(401)
    const stranger = await people.tokenFor('relay', atproto.subscribeRepos)
    expect(await statusOfUpgrade(atproto.subscribeRepos, bearer(stranger))).toBe(401)
    const good = await appview.tokenFor('relay', atproto.subscribeRepos)
    expect(await statusOfUpgrade(atproto.subscribeRepos, bearer(good))).toBe(101)
    expect(await statusOfUpgrade(atproto.subscribeRepos, bearer(good))).toBe(401)
  })

  it('with a cursor that is no number, or anywhere else', async () => {
    await expect(Subscriber.connects(scene.relayUrl, scene.appview, -1)).rejects.toThrow('400')
    expect(await statusOfUpgrade('app.example.other', {})).toBe(404)
  })

  it('and nobody asks without a token', async () => {
    const response = await fetch(`${scene.relayUrl}/xrpc/${atproto.listRepos}`)
    expect(response.status).toBe(401)
  })
})

async function statusOfUpgrade(method: string, headers: Record<string, string>): Promise<number> {
  const { request } = await import('node:http')
  return new Promise((resolve, reject) => {
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
    const key = { 'sec-websocket-key': Buffer.alloc(16, 1).toString('base64') }
    request(`${scene.relayUrl}/xrpc/${method}`, { headers: { ...upgrade, ...key, ...headers } })
      .on('upgrade', (response, socket) => {
        socket.destroy()
        resolve(response.statusCode ?? 0)
      })
      .on('response', (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      .on('error', reject)
      .end()
  })
}

async function forgetEventsUpTo(seq: number): Promise<void> {
  const { url, schema } = scene.config.database
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`delete from ${schema}.event where seq <= $1`, [seq])
  await client.end()
}
