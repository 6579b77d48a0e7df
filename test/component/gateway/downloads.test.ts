import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#common/clock/index.ts'
import { createLogger } from '#common/log/index.ts'
import { type Download, DownloadStore, DownloadsJournal } from '#gateway/downloads/index.ts'
import { app } from '#lexicons'
import type { RegistryAnswer } from '#test/support/publish-request.ts'
import { gatewayDatabase } from './gateway-database.ts'
import { GatewayScene } from './gateway-scene.ts'
import { IssuedTokens } from './issued-tokens.ts'
import { Person } from './person.ts'

const hello = '@acme.test/hello'
const nsid = app.npm.gateway.listDownloads.$nsid
const npm = { 'user-agent': 'npm/12.2.0 node/v24.1.0 linux x64', 'npm-command': 'ci' }

let scene: GatewayScene
let issued: IssuedTokens
let database: Awaited<ReturnType<typeof gatewayDatabase>>
beforeAll(async () => {
  scene = await GatewayScene.opens()
  issued = await IssuedTokens.of(scene.parts.gateway.database)
  database = await gatewayDatabase(scene.parts.gateway.database)
  for (const version of ['1.0.0', '1.1.0']) {
    const published = await scene.alice.publishes({ name: hello, version })
    if (published.status !== 201) throw new Error(published.body.error)
  }
  await scene.permits(await scene.bob.did(), 'read')
  scene.parts.registry.has('left-pad', '1.3.0')
})
afterAll(async () => {
  await database?.[Symbol.asyncDispose]()
  await issued?.[Symbol.asyncDispose]()
  await scene?.[Symbol.asyncDispose]()
})

const tarball = (version: string) => `/${hello}/-/hello-${version}.tgz`
const downloads = async (person: Person, path: string, headers: Record<string, string> = {}) => {
  const answer = await person.asks(path, { headers: { ...npm, ...headers } })
  await answer.arrayBuffer()
  return answer
}
const asks = async (person: Person, params: Record<string, string>) => {
  const answer = await person.asks(`/xrpc/${nsid}?${new URLSearchParams(params)}`)
  return { status: answer.status, body: (await answer.json()) as app.npm.gateway.listDownloads.$OutputBody }
}
const administration = async (params: { name: string; range?: string; limit?: number; cursor?: string }) =>
  (await scene.calls('gateway')).call(app.npm.gateway.listDownloads, { params: { limit: 500, ...params } })

describe('who has downloaded what', () => {
  it('is told with token, address, client and run, of what came from caches and of what was there already, too', async () => {
    const etag = (await downloads(scene.bob, tarball('1.0.0'), { 'npm-session': 'firstrun' })).headers.get('etag') ?? ''
    await downloads(scene.bob, tarball('1.0.0'), { 'npm-session': 'secondrun' })
    const again = await downloads(scene.bob, tarball('1.0.0'), { 'if-none-match': etag })
    expect(again.status).toBe(304)
    await scene.bob.asks(tarball('1.1.0'), { method: 'HEAD' })
    await downloads(scene.bob, '/left-pad/-/left-pad-1.3.0.tgz')
    const { body } = await asks(scene.alice, { name: hello })
    expect(body.downloads).toEqual([
      {
        ...{ org: scene.acme, version: '1.0.0', account: await scene.bob.did(), handle: 'bob.people.test' },
        ...{ owner: 'person', token: expect.any(String), tokenName: 'npm login', address: '127.0.0.1' },
        ...{ client: 'npm/12.2.0', command: 'ci', firstAt: expect.any(String), lastAt: expect.any(String) },
        ...{ count: 3, trees: expect.arrayContaining(['secondrun', 'firstrun']) },
      },
    ])
    expect(body.totals).toEqual({ downloads: 3, accounts: 1, tokens: 1, addresses: 1, versions: 1 })
    const upstream = await asks(scene.alice, { name: 'left-pad', range: '^1.3.0' })
    expect(upstream.body.downloads).toMatchObject([{ version: '1.3.0', count: 1 }])
    expect(upstream.body.downloads[0]).not.toHaveProperty('org')
  })

  it('is told of the versions in a range alone, prereleases too', async () => {
    for (const range of ['>=1.1.0', '2.x']) {
      expect((await asks(scene.alice, { name: hello, range })).body.downloads).toEqual([])
    }
    expect((await asks(scene.alice, { name: hello, range: '<1.1.0-beta' })).body.downloads).toHaveLength(1)
    expect(await asks(scene.alice, { name: hello, range: 'whatever' })).toMatchObject({ status: 400 })
  })

  it('is told of one run alone', async () => {
    expect((await asks(scene.alice, { name: hello, tree: 'firstrun' })).body.downloads).toHaveLength(1)
    expect((await asks(scene.alice, { name: hello, tree: 'another' })).body.downloads).toEqual([])
  })

  it('is not told to who manages nothing, nor to limited tokens, nor of others’ packages', async () => {
    for (const name of [hello, 'left-pad']) {
      expect(await asks(scene.bob, { name })).toMatchObject({ status: 403, body: { error: 'DownloadsNotShown' } })
    }
    await scene.creates('umbrella.test', scene.bob)
    const others = { downloads: [], totals: { downloads: 0 } }
    await expect
      .poll(async () => (await asks(scene.bob, { name: hello })).body, { timeout: 30_000 })
      .toMatchObject(others)
    expect((await asks(scene.bob, { name: 'left-pad' })).body.downloads).toHaveLength(1)
    const narrow = { did: await scene.alice.did(), handle: 'alice.people.test', packages: [hello] }
    const person = Person.holding(await issued.issue(narrow), scene.url)
    expect(await asks(person, { name: hello })).toMatchObject({ status: 403, body: { error: 'TokenTooNarrow' } })
  })

  it('is told of upstream’s packages to who may label them, and of no others', async () => {
    const carol = new Person(scene.url, 'carol')
    await carol.signsIn()
    await scene.permits(await carol.did(), 'read')
    expect((await asks(carol, { name: 'left-pad' })).status).toBe(403)
    const input = { subject: await carol.did(), action: 'label', packages: 'left-pad', effect: 'allow' }
    const procedure = app.npm.operation.putPermission.$nsid
    const permitted = await scene.alice.operates({ org: scene.acme, procedure, input: { id: 'labels', ...input } })
    expect(permitted.status).toBe(200)
    const seen = () => asks(carol, { name: 'left-pad' })
    await expect.poll(async () => (await seen()).status, { timeout: 30_000 }).toBe(200)
    expect((await seen()).body.downloads).toMatchObject([{ version: '1.3.0', handle: 'bob.people.test' }])
    for (const name of ['right-pad', hello]) {
      expect(await asks(carol, { name })).toMatchObject({ status: 403, body: { error: 'DownloadsNotShown' } })
    }
    const search = `versions=left-pad@1.3.0&versions=right-pad@1.0.0`
    const counted = (versions: string) =>
      carol.asks(`/xrpc/${app.npm.gateway.countDownloads.$nsid}?upstream=true&${versions}`)
    expect((await counted('versions=left-pad@1.3.0')).status).toBe(200)
    expect((await counted(search)).status).toBe(403)
    // Whoever may label everything labels no downloads of the organisation's own packages into view.
    await scene.permits(await carol.did(), 'label')
    await expect.poll(async () => (await asks(carol, { name: 'right-pad' })).status, { timeout: 30_000 }).toBe(200)
    expect((await asks(carol, { name: hello })).body).toMatchObject({ downloads: [], totals: { downloads: 0 } })
  })

  it('is told to the administration of the box of everything, and to no other component', async () => {
    expect((await administration({ name: hello })).downloads).toHaveLength(1)
    for (const caller of ['appview', 'people'] as const) {
      const peer = await scene.calls('gateway', caller)
      const call = peer.call(app.npm.gateway.listDownloads, { params: { name: hello, limit: 1 } })
      await expect(call).rejects.toMatchObject({ status: expect.toSatisfy((status) => [401, 403].includes(status)) })
    }
  })
})

describe('what ceased to be installable', () => {
  const unpublishes = async (version: string) => {
    const current = await scene.alice.asks(`/${hello}?write=true`)
    const document = (await current.json()) as { _rev: string; versions: Record<string, unknown> }
    delete document.versions[version]
    const init = { method: 'PUT', body: JSON.stringify(document) }
    const put = (otp: Record<string, string>) =>
      scene.alice.asks(`/${encodeURIComponent(hello)}/-rev/${document._rev}`, {
        ...init,
        headers: { 'content-type': 'application/json', ...otp },
      })
    const asked = await put({})
    const code = await scene.alice.approves(await answered(asked))
    expect((await put({ 'npm-otp': code })).ok).toBe(true)
  }
  const answered = async (asked: Response): Promise<RegistryAnswer> => {
    const { status, headers } = asked
    return { status, headers, body: (await asked.json()) as RegistryAnswer['body'] }
  }
  const revocations = async (person: Person, params: Record<string, string> = {}) => {
    const search = new URLSearchParams(params)
    const answer = await person.asks(`/xrpc/${app.npm.registry.getRevocations.$nsid}?${search}`)
    return (await answer.json()) as app.npm.registry.getRevocations.$OutputBody
  }

  it('is told to who may read it, whatever viewer they say they are, and to a token of a CI job about its packages', async () => {
    const published = await scene.alice.publishes({ name: hello, version: '5.0.0' })
    expect(published.status).toBe(201)
    await unpublishes('5.0.0')
    const told = { org: scene.acme, name: hello, version: '5.0.0', state: 'revoked', kind: 'block' }
    expect(await revocations(scene.alice)).toMatchObject({ revocations: [told], more: false })
    const mallory = Person.holding(
      await issued.issue({ did: 'did:plc:zzzzzzzzzzzzzzzzzzzzzzzz', handle: 'm' }),
      scene.url,
    )
    const viewer = await scene.alice.did()
    expect(await revocations(mallory, { viewer })).toMatchObject({ revocations: [], more: false })
    const account = { did: viewer, handle: 'alice.people.test', access: 'read-only' as const }
    const of = async (packages: string[]) => Person.holding(await issued.issue({ ...account, packages }), scene.url)
    expect(await revocations(await of([hello]), { packages: '*' })).toMatchObject({ revocations: [told] })
    expect(await revocations(await of(['@acme.test/other']), { packages: hello })).toMatchObject({ revocations: [] })
  })
})

describe('the journal', () => {
  const noted = (changes: Partial<Download> = {}): Download => ({
    ...{
      origin: '',
      name: 'noted',
      version: '1.0.0',
      tokenId: 'token',
      tokenName: 'ci',
      did: 'did:plc:a',
      handle: 'a',
    },
    ...{ owner: 'person', address: '10.0.0.1', client: '', command: '', tree: undefined },
    ...changes,
  })
  const journal = (changes: { keepDays?: number; now?: number } = {}) => {
    const { keepDays = 30, now } = changes
    const clock = now === undefined ? systemClock : { now: () => now }
    const log = createLogger('gateway', 'silent')
    return new DownloadsJournal({ store: new DownloadStore(database.db), clock, log, keepDays })
  }
  const rows = (name: string) => database.db.selectFrom('download').where('name', '=', name).selectAll().execute()

  it('writes nothing while somebody downloads, and what is left when it stops', async () => {
    const name = 'stopped'
    const stopping = journal()
    for (let turn = 0; turn < 100; turn += 1) stopping.note(noted({ name, tree: `tree-${turn % 20}` }))
    expect(await rows(name)).toEqual([])
    await stopping[Symbol.asyncDispose]()
    expect(await rows(name)).toMatchObject([{ count: 100, trees: expect.toSatisfy((trees) => trees.length === 16) }])
  })

  it('adds what several gateways have noted', async () => {
    const name = 'shared'
    const [one, other] = [journal(), journal()]
    one.note(noted({ name, tree: 'tree-one', tokenName: 'old name' }))
    await one.flush()
    other.note(noted({ name, tree: 'tree-two', tokenName: 'new name' }))
    await Promise.all([one, other].map((each) => each[Symbol.asyncDispose]()))
    expect(await rows(name)).toMatchObject([{ count: 2, trees: ['tree-two', 'tree-one'], token_name: 'new name' }])
  })

  it('keeps what cannot be written for another attempt', async () => {
    const name = 'unwritten'
    const store = new DownloadStore(database.db)
    let fails = true
    const add = (...given: Parameters<DownloadStore['add']>) => {
      if (fails) throw new Error('no database')
      return store.add(...given)
    }
    const failing = { add, prune: store.prune.bind(store) } as DownloadStore
    const log = createLogger('gateway', 'silent')
    await using patient = new DownloadsJournal({ store: failing, clock: systemClock, log, keepDays: 30 })
    patient.note(noted({ name }))
    await patient.flush()
    expect(await rows(name)).toEqual([])
    fails = false
    patient.note(noted({ name }))
    await patient.flush()
    expect(await rows(name)).toMatchObject([{ count: 2 }])
  })

  it('forgets what is older than the settings say, however much of it there is', async () => {
    const name = 'forgotten'
    const day = 86_400_000
    await using old = journal({ now: Date.now() - 40 * day })
    for (let turn = 0; turn < 4_500; turn += 1) old.note(noted({ name, address: `10.${turn >> 8}.${turn & 255}.1` }))
    await old.flush()
    await using fresh = journal()
    fresh.note(noted({ name, version: '2.0.0' }))
    await fresh.flush()
    expect(await rows(name)).toHaveLength(4_501)
    await fresh.sweep()
    expect(await rows(name)).toMatchObject([{ version: '2.0.0' }])
  })

  it('knows nothing when it is to keep nothing', async () => {
    const name = 'nothing'
    const blind = journal({ keepDays: 0 })
    blind.note(noted({ name }))
    await blind[Symbol.asyncDispose]()
    expect(await rows(name)).toEqual([])
  })

  it('is told in pages', async () => {
    const name = 'paged'
    await using busy = journal()
    for (let turn = 0; turn < 25; turn += 1) {
      busy.note(noted({ name, version: `1.0.${turn % 3}`, tokenId: `token-${turn % 5}`, address: `10.0.0.${turn}` }))
    }
    await busy.flush()
    const found: string[] = []
    let cursor: string | undefined
    do {
      const page = await administration({ name, limit: 4, ...(cursor === undefined ? {} : { cursor }) })
      expect(page.totals).toEqual({ downloads: 25, accounts: 1, tokens: 5, addresses: 25, versions: 3 })
      found.push(...page.downloads.map(({ version, address }) => `${version} ${address}`))
      cursor = page.cursor
    } while (cursor !== undefined)
    expect(new Set(found).size).toBe(25)
    expect(found).toHaveLength(25)
  })
})
