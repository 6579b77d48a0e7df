import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { app } from '#lexicons'
import { packageJsonEntry, tarballOf } from '#test/support/archives.ts'
import { publishBody } from '#test/support/publish-request.ts'
import { gatewayDatabase } from './gateway-database.ts'
import { GatewayScene } from './gateway-scene.ts'
import { bodyOf, Person } from './person.ts'

let scene: GatewayScene
let alice: Person
let bob: Person

beforeAll(async () => {
  scene = await GatewayScene.opens({ tarballBytes: 200_000, documentBytes: 20_000 })
  ;({ alice, bob } = scene)
})
afterAll(() => scene?.[Symbol.asyncDispose]())

const isInstallable = async (name: string, version: string) => (await alice.asks(`/${name}/${version}`)).status === 200
const filesParked = () => readdir(join(scene.parts.gateway.dataDir, 'parked'))

async function operationsWaiting(): Promise<number> {
  await using database = await gatewayDatabase(scene.parts.gateway.database)
  const { count } = await database.db
    .selectFrom('operation')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow()
  return count
}

describe('npm publish', () => {
  it('is sent to its approval first, as npm expects it', async () => {
    const asked = await alice.puts('@acme.test/asked', await bodyOf({ name: '@acme.test/asked', version: '1.0.0' }))
    expect(asked).toMatchObject({ status: 401, body: { code: 'OneTimePasswordRequired' } })
    expect(asked.headers.get('www-authenticate')).toBe('OTP')
    expect(asked.body.authUrl).toContain(`${scene.parts.net.network.publicUrls.people}/approve/`)
    expect(asked.body.doneUrl).toContain(`${scene.parts.net.network.publicUrls.people}/done/`)
    expect(await isInstallable('@acme.test/asked', '1.0.0')).toBe(false)
  })

  it('is done when the version can be installed, and can be said again with the same code', async () => {
    const parked = await filesParked()
    const body = await bodyOf({ name: '@acme.test/hello', version: '1.0.0' })
    const code = await alice.approves(await alice.puts('@acme.test/hello', body))
    const done = { status: 201, body: { ok: true, success: true } }
    expect(await alice.puts('@acme.test/hello', body, code)).toMatchObject(done)
    expect(await isInstallable('@acme.test/hello', '1.0.0')).toBe(true)
    expect(await filesParked()).toEqual(parked)
    expect(await alice.puts('@acme.test/hello', body, code)).toMatchObject(done)
  })

  it('gives two retries that come at once the same answer', async () => {
    const body = await bodyOf({ name: '@acme.test/twice', version: '1.0.0' })
    const code = await alice.approves(await alice.puts('@acme.test/twice', body))
    const answers = await Promise.all([1, 2].map(() => alice.puts('@acme.test/twice', body, code)))
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
  })

  it('takes a version once', async () => {
    await alice.publishes({ name: '@acme.test/once', version: '1.0.0' })
    const other = await bodyOf({ name: '@acme.test/once', version: '1.0.0', files: { 'new.js': '1' } })
    const again = await alice.puts('@acme.test/once', other)
    expect(again).toMatchObject({ status: 403, body: { code: 'VersionExists' } })
    expect(again.body.error).toContain('cannot publish over the previously published versions: 1.0.0')
  })

  it('waits while the org PDS is away, and comes through when it is back', async () => {
    const body = await bodyOf({ name: '@acme.test/patient', version: '1.0.0' })
    const code = await alice.approves(await alice.puts('@acme.test/patient', body))
    await scene.stops('org')
    const waiting = alice.puts('@acme.test/patient', body, code)
    await scene.starts('org')
    expect(await waiting).toMatchObject({ status: 201 })
  })

  it('says so when the index does not get it in time, and the retry finds it done', async () => {
    const body = await bodyOf({ name: '@acme.test/late', version: '1.0.0' })
    const code = await alice.approves(await alice.puts('@acme.test/late', body))
    await scene.stops('appview')
    expect(await alice.puts('@acme.test/late', body, code)).toMatchObject({ status: 503 })
    await scene.starts('appview')
    await expect
      .poll(() => alice.puts('@acme.test/late', body, code), { timeout: 20_000 })
      .toMatchObject({ status: 201 })
    expect(await isInstallable('@acme.test/late', '1.0.0')).toBe(true)
  })

  it('survives a restart of the gateway between the approval and the retry', async () => {
    const body = await bodyOf({ name: '@acme.test/restarted', version: '1.0.0' })
    const asked = await alice.puts('@acme.test/restarted', body)
    await scene.stops('gateway')
    await scene.starts('gateway')
    expect(await alice.puts('@acme.test/restarted', body, await alice.approves(asked))).toMatchObject({ status: 201 })
  })
})

describe('a code', () => {
  it('that is wrong is asked for again', async () => {
    const body = await bodyOf({ name: '@acme.test/guess', version: '1.0.0' })
    await alice.puts('@acme.test/guess', body)
    const refused = await alice.puts('@acme.test/guess', body, 'AAAA-BBBB-CCCC-DDDD')
    expect(refused).toMatchObject({ status: 401, body: { code: 'InvalidCode' } })
    expect(refused.headers.get('www-authenticate')).toBe('OTP')
  })

  it.each([
    [
      'another token',
      async (body: unknown, code: string) => {
        const elsewhere = new Person(scene.url, 'alice')
        await elsewhere.signsIn()
        return elsewhere.puts('@acme.test/bound', body, code)
      },
    ],
    [
      'other bytes',
      async (_body: unknown, code: string) => {
        const other = await bodyOf({ name: '@acme.test/bound', version: '1.0.0', files: { 'evil.js': '1' } })
        return alice.puts('@acme.test/bound', other, code)
      },
    ],
    [
      'another tag',
      async (body: unknown, code: string) =>
        alice.puts('@acme.test/bound', { ...(body as object), 'dist-tags': { next: '1.0.0' } }, code),
    ],
  ])('is of no use for %s: that has to be approved itself', async (_what, use) => {
    const body = await bodyOf({ name: '@acme.test/bound', version: '1.0.0' })
    const code = await alice.approves(await alice.puts('@acme.test/bound', body))
    const answer = await use(body, code)
    expect(answer).toMatchObject({ status: 401, body: { authUrl: expect.stringContaining('/approve/') } })
    expect(await isInstallable('@acme.test/bound', '1.0.0')).toBe(false)
  })
})

describe('refused before anybody has to approve it', () => {
  it('names the permission that is missing, and writes it down', async () => {
    const refused = await bob.publishes({ name: '@acme.test/hello', version: '2.0.0' })
    expect(refused).toMatchObject({ status: 403, body: { code: 'Forbidden' } })
    expect(refused.body.error).toMatch(/bob.*publish on @acme\.test\/hello.*acme\.test/)
    await using database = await gatewayDatabase(scene.parts.gateway.database)
    const entries = await database.db
      .selectFrom('audit_entry')
      .selectAll()
      .where('action', '=', 'operation.refused')
      .execute()
    const subject = 'publish @acme.test/hello'
    expect(entries).toContainEqual(expect.objectContaining({ actor: await bob.did(), subject }))
    expect(await database.audit.findBreak()).toBeUndefined()
  })

  it('asks those without a token to sign in', async () => {
    const nobody = new Person(scene.url, 'nobody')
    const refused = await nobody.puts('@acme.test/hello', await bodyOf({ name: '@acme.test/hello', version: '3.0.0' }))
    expect(refused).toMatchObject({
      status: 401,
      body: { code: 'AuthRequired', error: expect.stringContaining('npm login') },
    })
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/)
  })

  it.each(['@other.test/y', '@other/y', 'left-pad'])("takes no name that is nobody's here: %s", async (name) => {
    const refused = await alice.publishes({ name, version: '1.0.0' })
    expect(refused).toMatchObject({ status: 403, body: { code: 'NotPrivate' } })
    expect(scene.parts.registry.paths).toEqual([])
  })

  const name = '@acme.test/bad'
  const honest = tarballOf(packageJsonEntry({ name, version: '1.0.0' }))
  const other = tarballOf(packageJsonEntry({ name: '@acme.test/other', version: '1.0.0' }))
  const good = () => publishBody(name, '1.0.0', honest)
  const attachment = (data: string, length = honest.length) => ({ _attachments: { 'x.tgz': { data, length } } })
  it.each<[string, () => unknown, number, string]>([
    ['no JSON', () => '{"name":', 400, 'InvalidRequest'],
    ['an empty body', () => '', 400, 'InvalidRequest'],
    ['an array', () => [], 400, 'InvalidRequest'],
    [
      'no attachment, as npm deprecate sends it for a package that is there',
      () => ({ ...good(), _attachments: undefined }),
      404,
      'NotFound',
    ],
    ['an empty attachment', () => ({ ...good(), ...attachment('', 0) }), 400, 'InvalidTarball'],
    ['base64 that is none', () => ({ ...good(), ...attachment('%%%%') }), 400, 'InvalidRequest'],
    [
      'a tampered tarball',
      () => ({ ...good(), ...attachment(other.toString('base64'), other.length) }),
      400,
      'InvalidTarball',
    ],
    ['a wrong length', () => ({ ...good(), ...attachment(honest.toString('base64'), 1) }), 400, 'InvalidTarball'],
    ['a tarball of another package', () => publishBody(name, '1.0.0', other), 400, 'InvalidTarball'],
    ['a tarball of another version', () => publishBody(name, '1.0.1', honest), 400, 'InvalidTarball'],
    ['a tarball that is none', () => publishBody(name, '1.0.0', Buffer.from('hello')), 400, 'InvalidTarball'],
    ['half a tarball', () => publishBody(name, '1.0.0', honest.subarray(0, 60)), 400, 'InvalidTarball'],
    ['build metadata', () => publishBody(name, '1.0.0+b', honest), 400, 'InvalidVersion'],
    ['a tag that is a range', () => ({ ...good(), 'dist-tags': { '1.x': '1.0.0' } }), 400, 'InvalidOperation'],
    ['a tarball over the limit', () => publishBody(name, '1.0.0', Buffer.alloc(200_001)), 413, 'PayloadTooLarge'],
    ['one far over the limit', () => publishBody(name, '1.0.0', Buffer.alloc(5_000_000)), 413, 'PayloadTooLarge'],
    ['a document over the limit', () => ({ ...good(), readme: 'x'.repeat(20_001) }), 413, 'PayloadTooLarge'],
  ])('refuses %s, and leaves nothing', async (_what, body, status, code) => {
    const [files, waiting] = [await filesParked(), await operationsWaiting()]
    const refused = await alice.puts(name, body())
    expect(refused).toMatchObject({ status, body: { code, error: expect.any(String) } })
    expect(await filesParked()).toEqual(files)
    expect(await operationsWaiting()).toBe(waiting)
  })

  it('lets a client that is still sending finish, so that it can read why', async () => {
    const body = JSON.stringify(publishBody(name, '1.0.0', Buffer.alloc(12_000_000)))
    const sending = request(`${scene.url}/@acme.test%2fbad`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${alice.token}`, 'content-type': 'application/json' },
    })
    const answered = once(sending, 'response')
    const finished = once(sending, 'finish')
    sending.end(body)
    await finished
    const [answer] = (await answered) as [IncomingMessage]
    expect(answer.statusCode).toBe(413)
    answer.resume()
  })

  it.each(['/-/package/@acme.test%2fhello/visibility', '/-/user/org.couchdb.user:a'])(
    'says plainly what is not there yet: PUT %s',
    async (path) => {
      const init = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{}' }
      const answer = await alice.asks(path, init)
      expect(answer.status).toBe(405)
      expect(await answer.json()).toMatchObject({ code: 'NotSupported', error: expect.any(String) })
    },
  )
})

describe('changing rights', () => {
  const permitting = async (subject: string) => {
    const input = { id: 'from-bob', subject, action: 'publish', packages: '*', effect: 'allow' }
    return { org: scene.acme, procedure: app.npm.operation.putPermission.$nsid, input }
  }

  it('is for managers only', async () => {
    const refused = await bob.operates(await permitting(await bob.did()))
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ error: 'Forbidden', message: expect.stringContaining('manage') })
  })

  it('takes effect with the answer', async () => {
    const body = { name: '@acme.test/shared', version: '1.0.0' }
    expect(await bob.publishes(body)).toMatchObject({ status: 403 })
    await scene.permits(await bob.did(), 'publish')
    expect(await bob.publishes(body)).toMatchObject({ status: 201 })
  })

  it('needs an input that can be signed', async () => {
    for (const input of [{ n: 1.5 }, { n: Number.MAX_VALUE }, { deep: { $bytes: '*' } }, {}, null, [], 'x']) {
      const answer = await alice.operates({ ...(await permitting('everyone')), input: input as object })
      expect(answer.status).toBe(400)
    }
  })

  it.each([
    ['a publish without its tarball', app.npm.operation.publish.$nsid],
    ['an enrolment', app.npm.operation.enrol.$nsid],
    ['what nobody knows', 'com.example.unknown'],
  ])('cannot be used for %s', async (_what, procedure) => {
    const answer = await alice.operates({ ...(await permitting('everyone')), procedure })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: 'InvalidOperation' })
  })
})

describe('a claim of a name', () => {
  const claiming = (input: object) => ({ org: scene.acme, procedure: app.npm.operation.claimName.$nsid, input })

  it('is written when it was approved, and refused before that when the name cannot be had', async () => {
    const claimed = await alice.operates(claiming({ name: '@acme/*' }))
    expect(await claimed.json()).toMatchObject({ uri: expect.stringMatching(/\/acme:~$/) })
    const refused = await alice.operates(claiming({ name: `@acme.test/hello` }))
    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({
      error: 'NameTaken',
      message: expect.stringContaining('@acme.test/hello'),
    })
    expect((await bob.operates(claiming({ name: '@other/*' }))).status).toBe(403)
  })

  it.each([{}, { name: 5 }, { name: '*' }, { name: '@Acme/*' }, { name: '@acme/*', more: 1 }])(
    'is refused with %j',
    async (input) => {
      expect((await alice.operates(claiming(input))).status).toBe(400)
    },
  )
})
