import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { noticesConfigSchema } from '#appview/notices/config.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { WebhookReceiver } from '#test/support/webhook-receiver.ts'
import { AppViewScene, put } from './appview-scene.ts'
import { makesTeam, permits, type RightDraft } from './deeds.ts'
import { MailBox } from './mail-box.ts'

const { noteStaged, noteExceptionRequest, noteWaitingName, noteWaitingPromotion, checkPermission } = app.npm.registry

let scene: AppViewScene
let mail: MailBox
let hook: WebhookReceiver
let people: PeerClient
let acme: RepoAuthor
/** Manages, approves and excepts. */
let alice: RepoAuthor
/** Approves what is in the scope. */
let bob: RepoAuthor
/** Approves through a team, except for one package. */
let carol: RepoAuthor
/** May read, as everybody. */
let dan: RepoAuthor
let rules = 0

beforeAll(async () => {
  mail = await MailBox.start()
  hook = await WebhookReceiver.start()
  const smtp = { host: '127.0.0.1', port: mail.port, tls: 'none' }
  const notices = noticesConfigSchema.parse({
    webhooks: [hook.webhook],
    mail: { from: 'Atoll <atoll@acme.test>', smtp, security: ['sec@acme.test'], people: true },
  })
  scene = await AppViewScene.opens({ notices })
  ;({ acme, alice, bob } = scene.parts)
  carol = await scene.joins('carol.people.test', scene.parts.people)
  dan = await scene.joins('dan.people.test', scene.parts.people)
  people = await scene.callsAs('people')
  for (const [name, author] of Object.entries({ alice, bob, carol, dan })) {
    scene.parts.people.addresses.set(author.did, `${name}@acme.test`)
  }
  await scene.starts()
  await approved(makesTeam(acme, 'reviewers', { members: [carol.did] }))
  await rule({ subject: alice.did, action: 'approve' })
  await rule({ subject: bob.did, action: 'approve', packages: '@acme.test/*' })
  await rule({ subject: 'team:reviewers', action: 'approve' })
  await rule({ subject: carol.did, action: 'approve', packages: '@acme.test/hers', effect: 'deny' })
  await rule({ subject: 'everyone', action: 'approve', packages: '@acme.test/all' })
  await rule({ subject: alice.did, action: 'except' })
  await rule({ subject: bob.did, action: 'except', packages: '@acme.test/*' })
  const params = { org: acme.did as DidString, actor: bob.did as DidString, action: 'except', package: '@acme.test/x' }
  const lastRule = async () => (await scene.parts.gateway.call(checkPermission, { params })).allowed
  await vi.waitUntil(() => lastRule().catch(() => false), { timeout: 10_000, interval: 50 })
})
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
  await hook?.[Symbol.asyncDispose]()
  await mail?.[Symbol.asyncDispose]()
})

async function approved(draft: RightDraft): Promise<void> {
  await scene.tells(alice, [draft.approval()])
  await scene.tells(acme, [draft.write])
}

function rule(fields: Parameters<typeof permits>[2]): Promise<void> {
  rules += 1
  return approved(permits(acme, `rule-${rules}`, fields))
}

const staged = (id: string, name: string, stager: RepoAuthor | string = dan) => {
  const stagedBy = (typeof stager === 'string' ? stager : stager.did) as `at://${string}`
  const input = {
    ...{ id, org: acme.did as DidString, package: name, version: '1.0.0', tag: 'latest', stagedBy },
    ...{ stagedByName: 'whoever staged it', expiresAt: '2030-01-01T00:00:00.000Z' as const },
  }
  return scene.parts.gateway.call(noteStaged, { input })
}
const requested = (id: string, name: string, asker: RepoAuthor) => {
  const about = { id, package: name, version: '1.0.0', check: 'minimum-age' }
  const input = { ...about, askedBy: asker.did as DidString, handle: 'dan.people.test' }
  return people.call(noteExceptionRequest, { input })
}
/** Who was sent mail with these words. */
const mailed = (words: string) =>
  mail.received
    .filter(({ text }) => unfolded(text).includes(words))
    .flatMap(({ to }) => to)
    .toSorted()
const unfolded = (text: string) => text.replaceAll('=\r\n', '').replaceAll('=3D', '=')
const until = (found: () => unknown) => expect.poll(found, { timeout: 15_000, interval: 50 })
/** Everything that was to be sent was sent. */
async function quiet(): Promise<void> {
  const administration = await scene.callsAs('appliance')
  const waiting = async () =>
    (await administration.call(app.npm.registry.listMessages, { params: { state: 'waiting', limit: 500 } })).messages
  await until(waiting).toEqual([])
}

describe('a staged version', () => {
  it('is told to those who may approve it, and to nobody else', async () => {
    expect(await staged('stage-1', '@acme.test/one')).toEqual({ readers: 3 })
    await until(() => mailed('stage-1').length).toBeGreaterThanOrEqual(3)
    await quiet()
    expect(mailed('stage-1')).toEqual(['alice@acme.test', 'bob@acme.test', 'carol@acme.test'])
  })

  it('is told to programs, with where it is answered', async () => {
    await until(() => hook.told('version.staged', { stage: 'stage-1' }).length).toBe(1)
    expect(hook.told('version.staged', { stage: 'stage-1' })[0]?.data).toEqual({
      ...{ org: acme.did, name: '@acme.test/one', version: '1.0.0', tag: 'latest', stage: 'stage-1' },
      ...{ by: dan.did, stagedBy: 'whoever staged it', expiresAt: '2030-01-01T00:00:00.000Z' },
      link: `${scene.parts.net.network.publicUrls.gateway}/-/stage/stage-1`,
    })
  })

  it('is not told to who staged it, nor to whom approving it is denied', async () => {
    await staged('stage-2', '@acme.test/hers', bob)
    await until(() => mailed('stage-2')).toEqual(['alice@acme.test'])
    await quiet()
    expect(mailed('stage-2')).toEqual(['alice@acme.test'])
  })

  it('is told to nobody by a rule that is for everyone, and to all who are named where a job staged it', async () => {
    const job = `at://${acme.did}/app.npm.org.trustedPublisher/3kabc`
    expect(await staged('stage-3', '@acme.test/all', job)).toEqual({ readers: 3 })
  })

  it('is told once, however often the gateway says it', async () => {
    await staged('stage-4', '@acme.test/one')
    await until(() => mailed('stage-4').length).toBe(3)
    await staged('stage-4', '@acme.test/one')
    await quiet()
    await staged('stage-5', '@acme.test/one')
    await until(() => hook.told('version.staged', { stage: 'stage-5' }).length).toBe(1)
    await quiet()
    expect(mailed('stage-4')).toHaveLength(3)
    expect(hook.told('version.staged', { stage: 'stage-4' })).toHaveLength(1)
  })

  it('is told to fifty people at most', async () => {
    const members = await Promise.all(
      Array.from({ length: 60 }, (_, index) => scene.joins(`p${index}.people.test`, scene.parts.people)),
    )
    await approved(makesTeam(acme, 'many', { members: members.map(({ did }) => did) }))
    await rule({ subject: 'team:many', action: 'approve', packages: '@acme.test/many' })
    await expect.poll(() => staged('stage-6', '@acme.test/many'), { timeout: 10_000 }).toEqual({ readers: 50 })
  })
})

describe('a request for an exception', () => {
  it('is told to those who may grant it where it is decided, with the page where they do', async () => {
    expect(await requested('ask-1', '@acme.test/one', dan)).toEqual({ readers: 2 })
    await until(() => mailed('ask-1').length).toBe(2)
    expect(mailed('ask-1')).toEqual(['alice@acme.test', 'bob@acme.test'])
    const link = `${scene.parts.net.network.publicUrls.people}/exceptions?id=ask-1`
    expect(mailed(link)).toHaveLength(2)
    await until(() => hook.told('exception.requested', { request: 'ask-1' }).map(({ data }) => data['link'])).toEqual([
      link,
    ])
  })

  it('of upstream’s package is told to who may except that, and not to who asks', async () => {
    expect(await requested('ask-2', 'left-pad', dan)).toEqual({ readers: 1 })
    expect(await requested('ask-3', 'left-pad', alice)).toEqual({ readers: 0 })
    await until(() => hook.told('exception.requested', { request: 'ask-3' }).length).toBe(1)
    await until(() => mailed('ask-2')).toEqual(['alice@acme.test'])
    await quiet()
    expect(mailed('ask-3')).toEqual([])
  })
})

describe('a promotion that somebody asked for', () => {
  let orgPds: PeerClient
  beforeAll(async () => {
    orgPds = await scene.callsAs('org')
    await rule({ subject: alice.did, action: 'approve-promotion' })
    await rule({ subject: bob.did, action: 'approve-promotion', packages: '@acme.test/*' })
    await rule({ subject: 'team:reviewers', action: 'approve-promotion' })
    await rule({ subject: carol.did, action: 'approve-promotion', packages: '@acme.test/hers', effect: 'deny' })
    const denied = async () =>
      (await waits('@acme.test/other', dan)).readers === 3 && (await waits('@acme.test/hers', dan)).readers === 2
    await vi.waitUntil(denied, { timeout: 10_000, interval: 50 })
  })

  const cid = 'bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
  const waits = (name: string, asker: RepoAuthor, versions = ['1.0.0'], id = '3mabcdefghijk') => {
    const input = { org: acme.did, id, cid, name, versions, requestedBy: asker.did }
    return orgPds.call(noteWaitingPromotion, { input: input as never })
  }

  it('is told to those who may decide, not to who asked, once', async () => {
    const own = 'bafyreidykglsfhoixmivffc5uwhcgshx4j465xwqntbmu43nb2dzqwfvae'
    const input = { org: acme.did, id: '3mabcdefghijz', name: '@acme.test/ours', versions: ['1.0.0'] }
    const asked = { ...input, cid: own, requestedBy: bob.did } as never
    expect(await orgPds.call(noteWaitingPromotion, { input: asked })).toEqual({ readers: 2 })
    expect(await orgPds.call(noteWaitingPromotion, { input: asked })).toEqual({ readers: 2 })
    await until(() => mailed('asks to make @acme.test/ours public').length).toBe(2)
    await quiet()
    expect(mailed('bob.people.test asks to make @acme.test/ours public: 1.0.0')).toEqual([
      ...['alice@acme.test', 'carol@acme.test'],
    ])
    expect(hook.told('promotion.requested', { name: '@acme.test/ours' })).toHaveLength(1)
  })
})

describe('a name that waits for another administrator', () => {
  beforeAll(async () => {
    const [since, until] = [-60_000, 3_600_000].map((ms) => new Date(Date.now() + ms).toISOString())
    const named = {
      ...{ org: acme.did, managers: [alice.did, bob.did, carol.did] },
      temporaryManagers: [{ did: dan.did, since, until }],
    }
    const { registrar } = scene.parts
    await scene.tells(registrar, [put(app.npm.registry.org.$nsid, acme.did, named, 'update')])
    const readers = async () => (await waits('bafy-0', 'first')).readers
    await vi.waitUntil(async () => (await readers()) === 2, { timeout: 10_000, interval: 50 })
  })

  const waits = (id: string, name: string, changes = {}) => {
    const input = { id, name, org: acme.did as DidString, approvedBy: bob.did as DidString, handle: 'bob.people.test' }
    return people.call(noteWaitingName, { input: { ...input, ...changes } })
  }

  it('is told to the other first managers that the registry named, and to nobody who manages otherwise', async () => {
    expect(await waits('bafy-1', 'left-pad')).toEqual({ readers: 2 })
    await until(() => mailed('left-pad, which upstream has').length).toBe(2)
    await quiet()
    expect(mailed('left-pad, which upstream has')).toEqual(['alice@acme.test', 'carol@acme.test'])
  })

  it('is told to programs, once', async () => {
    await waits('bafy-2', '@colors/*', { from: scene.parts.acme.did })
    await waits('bafy-2', '@colors/*', { from: scene.parts.acme.did })
    await until(() => hook.told('name.waiting', { name: '@colors/*' }).length).toBe(1)
    await quiet()
    expect(hook.told('name.waiting', { name: '@colors/*' }).map(({ data }) => data)).toEqual([
      {
        ...{ name: '@colors/*', org: acme.did, to: 'acme.test', from: acme.did },
        ...{ by: bob.did, handle: 'bob.people.test' },
      },
    ])
  })

  it('is not told to an administrator who has left', async () => {
    scene.parts.relay.sends('#account', { did: carol.did, active: false, status: 'takendown' })
    await expect.poll(() => waits('bafy-3', 'chalk'), { timeout: 10_000 }).toEqual({ readers: 1 })
  })
})

describe('whoever says that something waits', () => {
  it('is the component that keeps it, and no other', async () => {
    const gateway = scene.parts.gateway
    const request = { id: 'x', package: 'left-pad', version: '1.0.0', askedBy: dan.did as DidString, handle: 'dan' }
    await expect(gateway.call(noteExceptionRequest, { input: request })).rejects.toMatchObject({
      code: 'UntrustedIssuer',
    })
    const stage = {
      ...{ id: 'x', org: acme.did as DidString, package: '@acme.test/x', version: '1.0.0', tag: 'latest' },
      ...{ stagedBy: dan.did as DidString, stagedByName: 'dan', expiresAt: '2030-01-01T00:00:00.000Z' as const },
    }
    const promotion = {
      org: acme.did,
      id: '3mabcdefghijk',
      cid: 'bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy',
    }
    const asked = { ...promotion, name: '@acme.test/x', versions: ['1.0.0'], requestedBy: dan.did } as never
    await expect(people.call(noteWaitingPromotion, { input: asked })).rejects.toMatchObject({ code: 'UntrustedIssuer' })
    await expect(people.call(noteStaged, { input: stage })).rejects.toMatchObject({ code: 'UntrustedIssuer' })
    await expect(gateway.call(noteStaged, { input: { ...stage, package: 'No Name' } })).rejects.toMatchObject({
      code: 'InvalidName',
    })
    await expect(gateway.call(noteStaged, { input: { ...stage, version: '^1' } })).rejects.toMatchObject({
      code: 'InvalidVersion',
    })
  })
})
