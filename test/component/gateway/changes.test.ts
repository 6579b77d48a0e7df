import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { planRetirement } from '#gateway/npm/changes/index.ts'
import { GatewayScene } from './gateway-scene.ts'
import { type Answer, approved, asks, writes } from './npm-requests.ts'
import { bodyOf, type Person } from './person.ts'
import { teamChanges } from './team-changes.ts'

let scene: GatewayScene
let alice: Person
let bob: Person

const name = '@acme.test/hello'

beforeAll(async () => {
  scene = await GatewayScene.opens()
  ;({ alice, bob } = scene)
  await scene.permits(await bob.did(), 'read')
  for (const version of ['1.0.0', '2.0.0']) await alice.publishes({ name, version })
})
afterAll(() => scene?.[Symbol.asyncDispose]())

const packageOf = async (path = `/${name}?write=true`) => (await asks(alice, 'GET', path)).body
const done = { status: 201, body: { ok: true } }

describe('dist-tags', () => {
  const path = (tag = '') => `/-/package/@acme.test%2fhello/dist-tags${tag === '' ? '' : `/${tag}`}`
  const tags = async () => (await asks(bob, 'GET', path())).body

  it('are listed, set and removed', async () => {
    expect(await tags()).toEqual({ latest: '2.0.0' })
    expect(await writes(alice, 'PUT', path('beta'), '1.0.0')).toMatchObject(done)
    expect(await tags()).toEqual({ latest: '2.0.0', beta: '1.0.0' })
    expect(await writes(alice, 'DELETE', path('beta'))).toMatchObject(done)
    expect(await tags()).toEqual({ latest: '2.0.0' })
  })

  it('are known under every spelling of the name, and only to those who may read it', async () => {
    for (const spelling of ['@acme.test/hello', '@ACME.test%2Fhello', '%40acme.test%2fhello']) {
      expect((await asks(bob, 'GET', `/-/package/${spelling}/dist-tags`)).body).toEqual({ latest: '2.0.0' })
    }
    expect((await asks(bob, 'GET', '/-/package/@acme.test%2fmissing/dist-tags')).status).toBe(404)
  })

  it('move back only after the page has said so', async () => {
    const asked = await asks(alice, 'PUT', path('latest'), '1.0.0')
    expect(asked.status).toBe(401)
    const page = await alice.browser.reads(String(asked.body['authUrl']))
    expect(page).toContain('moves latest back from 2.0.0 to 1.0.0')
    expect(await asks(alice, 'PUT', path('latest'), '1.0.0', await approved(alice, asked))).toMatchObject(done)
    expect(await tags()).toEqual({ latest: '1.0.0' })
    expect(await writes(alice, 'PUT', path('latest'), '2.0.0')).toMatchObject(done)
  })

  it('are set by those who may publish', async () => {
    const refused = await asks(bob, 'PUT', path('latest'), '1.0.0')
    expect(refused).toMatchObject({ status: 403, body: { code: 'Forbidden' } })
  })

  it.each([
    ['a version there is not', 'PUT', 'beta', '9.9.9', 404, /@acme.test\/hello@9.9.9/],
    ['no exact version', 'PUT', 'beta', '^1.0.0', 400, /\^1\.0\.0/],
    ['no version', 'PUT', 'beta', { version: '1.0.0' }, 400, /version in quotes/],
    ['a tag that reads as a range', 'PUT', '1.x', '1.0.0', 400, /version range/],
    ['latest to be gone', 'DELETE', 'latest', undefined, 400, /"latest" cannot be removed/],
    ['a tag to be gone that is not there', 'DELETE', 'nothing', undefined, 404, /no dist-tag "nothing"/],
  ])('refuse %s, before anybody is asked', async (_what, method, tag, body, status, message) => {
    const refused = await asks(alice, method, path(tag), body)
    expect(refused).toMatchObject({ status, body: { error: expect.stringMatching(message) } })
    expect(refused.body['authUrl']).toBeUndefined()
  })

  it('of an upstream package can be read, and not set', async () => {
    const { status, body } = await asks(alice, 'PUT', '/-/package/lodash/dist-tags/latest', '1.0.0')
    expect(status).toBe(403)
    expect(body['code']).toBe('NotPrivate')
  })
})

describe('what npm reads before it writes', () => {
  it('is full, from no cache, and names its revision', async () => {
    const answer = await alice.asks(`/${name}?write=true`, {
      headers: { accept: 'application/vnd.npm.install-v1+json' },
    })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const document = (await answer.json()) as Record<string, unknown>
    expect(document).toMatchObject({ _id: name, _rev: expect.stringMatching(/^1-[0-9a-f]{32}$/) })
    expect(document['time']).toBeDefined()
    expect((await packageOf(`/${name}`))['_rev']).toBe(document['_rev'])
  })
})

type Document = Record<string, unknown> & {
  _rev: string
  'dist-tags': Record<string, string>
  versions: Record<string, { deprecated?: string; dist: { tarball: string } }>
  time: Record<string, string>
}

describe('the document that comes back', () => {
  const other = '@acme.test/other'
  const path = '/@acme.test%2fother'
  const read = async () => (await packageOf(`${path}?write=true`)) as Document

  beforeAll(async () => {
    for (const version of ['1.0.0', '1.1.0', '2.0.0', '3.0.0']) await alice.publishes({ name: other, version })
  })

  it('deprecates several versions by one approval, and takes it back', async () => {
    for (const message of ['use 2', '']) {
      const document = await read()
      for (const version of ['1.0.0', '1.1.0']) Object.assign(document.versions[version] ?? {}, { deprecated: message })
      expect(await writes(alice, 'PUT', path, document)).toMatchObject(done)
      const shown = (await read()).versions
      for (const version of ['1.0.0', '1.1.0']) expect(shown[version]?.deprecated ?? '').toBe(message)
      expect(shown['2.0.0']?.deprecated).toBeUndefined()
    }
  })

  it('that is as it was changes nothing, and needs nobody', async () => {
    expect(await asks(alice, 'PUT', path, await read())).toMatchObject(done)
  })

  it('is refused when the package changed since it was read', async () => {
    const document = await read()
    expect(await writes(alice, 'PUT', `/-/package/@acme.test%2fother/dist-tags/seen`, '1.0.0')).toMatchObject(done)
    delete document.versions['3.0.0']
    const late = await asks(alice, 'PUT', `${path}/-rev/${document._rev}`, document)
    expect(late).toMatchObject({ status: 409, body: { error: expect.stringContaining('run the command again') } })
    const without = await asks(alice, 'PUT', path, { ...document, _rev: undefined })
    expect(without).toMatchObject({ status: 400, body: { error: expect.stringContaining('revision') } })
  })

  it('is for those who may publish, and for packages of this registry', async () => {
    const document = await read()
    Object.assign(document.versions['1.0.0'] ?? {}, { deprecated: 'not mine' })
    expect(await asks(bob, 'PUT', path, document)).toMatchObject({ status: 403, body: { code: 'Forbidden' } })
    expect(await asks(alice, 'PUT', '/lodash', { _rev: '1-a', versions: {} })).toMatchObject({ status: 403 })
  })

  it('withdraws the version it lacks: it cannot be installed, and latest moves', async () => {
    const document = await read()
    const { dist } = document.versions['3.0.0'] ?? { dist: { tarball: '' } }
    const tarball = new URL(dist.tarball).pathname
    const stays = await asks(alice, 'DELETE', `${tarball}/-rev/${document._rev}`)
    expect(stays).toMatchObject({ status: 400, body: { error: expect.stringContaining('npm unpublish') } })
    delete document.versions['3.0.0']
    document['dist-tags'] = { latest: '2.0.0' }
    expect(await writes(alice, 'PUT', `${path}/-rev/${document._rev}`, document)).toMatchObject(done)
    const after = await read()
    expect(after['dist-tags']['latest']).toBe('2.0.0')
    expect(after.versions['3.0.0']).toBeUndefined()
    expect(after.time['3.0.0']).toBeDefined()
    expect(await asks(alice, 'GET', tarball)).toMatchObject({ status: 403, body: { code: 'VersionBlocked' } })
    expect(await asks(alice, 'GET', `${path}/3.0.0`)).toMatchObject({ status: 403 })
    expect(await asks(alice, 'DELETE', `${tarball}/-rev/${after._rev}`)).toMatchObject({ status: 200 })
    expect(await alice.publishes({ name: other, version: '3.0.0' })).toMatchObject({ status: 403 })
  })

  it('of a package can be deleted, which withdraws all versions', async () => {
    const document = await read()
    expect(await writes(alice, 'DELETE', `${path}/-rev/${document._rev}`)).toMatchObject(done)
    expect((await asks(alice, 'GET', path)).status).toBe(404)
    expect(await alice.publishes({ name: other, version: '4.0.0' })).toMatchObject({ status: 201 })
  })
})

it('nothing is withdrawn three days later: the way out is said', async () => {
  const clock = { now: () => Date.now() + 73 * 3_600_000 }
  const versions = ['1.0.0']
  const document = { time: { '1.0.0': new Date().toISOString() } }
  expect(() => planRetirement({ clock }, { name, versions, document })).toThrow(
    expect.objectContaining({ status: 405, message: expect.stringMatching(/npm deprecate.*administrator/) }),
  )
})

describe('owners', () => {
  const owned = '@acme.test/owned'
  const path = '/@acme.test%2fowned'
  const userPath = (user: string) => `/-/user/org.couchdb.user:${user}`
  const read = async () => (await packageOf(path)) as Record<string, unknown> & { maintainers: { name: string }[] }
  const names = async () => (await read()).maintainers.map(({ name }) => name)

  /** As `npm owner add|rm` sends it. */
  async function sends(person: Person, maintainers: object[]): Promise<Answer> {
    const { _id, _rev } = await read()
    return writes(person, 'PUT', `${path}/-rev/${_rev}`, { _id, _rev, maintainers })
  }

  const mayPublish = async (person: Person, version: string) =>
    (await person.puts(owned, await bodyOf({ name: owned, version }))).body.authUrl !== undefined

  beforeAll(() => alice.publishes({ name: owned, version: '1.0.0' }))

  it('are found by handle, DID, or the first part of a handle', async () => {
    const did = await bob.did()
    const known = { status: 200, body: { name: 'bob.people.test', email: did } }
    for (const user of ['bob', 'bob.people.test', 'BOB', encodeURIComponent(did)]) {
      expect(await asks(alice, 'GET', userPath(user))).toMatchObject(known)
    }
    for (const user of ['nobody', 'b', 'bob.', '%25', '']) {
      expect((await asks(alice, 'GET', userPath(user))).status).toBe(404)
    }
  })

  it('are whoever published, and may publish exactly this package once they are added', async () => {
    expect(await names()).toEqual(['alice.people.test'])
    expect(await mayPublish(bob, '2.0.0')).toBe(false)
    const bobs = (await asks(alice, 'GET', userPath('bob'))).body
    expect(await sends(alice, [...(await read()).maintainers, bobs])).toMatchObject(done)
    expect(await names()).toEqual(['alice.people.test', 'bob.people.test'])
    expect(await mayPublish(bob, '2.0.0')).toBe(true)
    expect(await bob.publishes({ name: '@acme.test/not-owned', version: '1.0.0' })).toMatchObject({ status: 403 })
  })

  it('are no longer, with their right, once they are removed', async () => {
    const others = (await read()).maintainers.filter(({ name }) => name !== 'bob.people.test')
    expect(await sends(alice, others)).toMatchObject(done)
    expect(await names()).toEqual(['alice.people.test'])
    expect(await mayPublish(bob, '2.0.0')).toBe(false)
  })

  it('keep a right they have from elsewhere, which the answer names', async () => {
    const refused = await sends(alice, [])
    expect(refused).toMatchObject({ status: 403, body: { code: 'OwnedOtherwise' } })
    expect(refused.body['error']).toContain('alice.people.test may publish *')
  })

  it('are changed by managers, about people there are', async () => {
    const added = async (person: Person, who: string) => sends(person, [...(await read()).maintainers, { name: who }])
    expect(await added(bob, 'bob.people.test')).toMatchObject({ status: 403, body: { code: 'Forbidden' } })
    expect(await added(alice, 'nobody')).toMatchObject({ status: 404, body: { code: 'PersonNotFound' } })
  })
})

describe('teams', () => teamChanges(() => scene))
