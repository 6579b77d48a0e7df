import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collectCode } from '#appliance/admin/collect-code.ts'
import { composeLabels } from '#common/operations/index.ts'
import { app } from '#lexicons'
import { gatewayDatabase } from './gateway-database.ts'
import { GatewayScene } from './gateway-scene.ts'
import { Labelling } from './label-desk.ts'

let scene: GatewayScene
let alice: Labelling
let bob: Labelling

beforeAll(async () => {
  scene = await GatewayScene.opens()
  alice = new Labelling(scene.alice)
  bob = new Labelling(scene.bob)
  for (const version of ['1.0.0', '1.1.0', '2.0.0']) {
    expect(await scene.alice.publishes({ name: '@acme.test/hello', version })).toMatchObject({ status: 201 })
  }
})
afterAll(() => scene?.[Symbol.asyncDispose]())

const reason = 'it reads mailboxes'

describe('without the permission "label"', () => {
  it('nobody labels anything, not even who manages the organisation', async () => {
    for (const about of ['@acme.test/hello', 'left-pad', scene.acme]) {
      expect(await alice.asks({ about, val: 'malware', reason })).toMatchObject({
        status: 403,
        body: { error: 'Forbidden', message: expect.stringContaining('"label') },
      })
    }
  })

  it('the AppView itself refuses what a gateway let pass', async () => {
    const { credentials, operation } = await approvedBehindTheGateway('pkg:npm/left-pad')
    expect(await putLabels(operation, credentials)).toMatchObject({ status: 403, error: 'Forbidden' })
  })
})

describe('with it', () => {
  beforeAll(async () => scene.permits(await scene.alice.did(), 'label'))

  it('a version is labelled with an approval that says everything, and the label is listed', async () => {
    const request = { about: '@acme.test/hello', versions: ['1.0.0'], val: 'advisory', reason }
    const { status, page, body } = await alice.does(request)
    expect(body).toMatchObject({ versions: 1, org: scene.acme })
    expect(status).toBe(200)
    for (const part of ['@acme.test/hello@1.0.0', 'advisory', reason]) expect(page).toContain(part)
    expect(await alice.lists('@acme.test/hello')).toMatchObject({ labels: ['advisory 1.0.0 own'], rules: [] })
    await alice.does({ ...request, neg: true })
    expect(await alice.lists('@acme.test/hello')).toMatchObject({ labels: [] })
  })

  it('a range is labelled, with the number of versions it means now, and those that come are labelled too', async () => {
    const range = '>=1.0.0 <2.0.0'
    const { body, page } = await alice.does({ about: '@acme.test/hello', range, val: 'deprecated', reason })
    expect(body).toMatchObject({ versions: 2 })
    expect(page).toContain('Meant now: 2 versions: 1.1.0, 1.0.0.')
    const listed = () => alice.lists('@acme.test/hello')
    await expect.poll(listed).toMatchObject({
      labels: ['deprecated 1.0.0 own', 'deprecated 1.1.0 own'],
      rules: [`deprecated ${range}`],
    })
    await scene.alice.publishes({ name: '@acme.test/hello', version: '1.2.0' })
    await expect.poll(listed).toMatchObject({ labels: expect.arrayContaining(['deprecated 1.2.0 own']) })
    await alice.does({ about: '@acme.test/hello', range, val: 'deprecated', neg: true, reason })
    await expect.poll(listed).toEqual({ status: 200, labels: [], rules: [] })
  })

  it('upstream is labelled by its name', async () => {
    expect(await alice.does({ about: 'Left-Pad', val: 'unmaintained', reason })).toMatchObject({
      status: 200,
      body: { subject: 'pkg:npm/left-pad' },
    })
    expect(await alice.lists('left-pad')).toMatchObject({ labels: ['unmaintained all own'] })
  })

  it.each([
    [{ about: 'left-pad', val: 'malwear' }, 400, 'UnknownLabel', 'Did you mean "malware"?'],
    [{ about: 'left-pad', val: 'malware', range: 'yesterday' }, 400, 'InvalidOperation', 'no range'],
    [{ about: 'left-pad', val: 'malware', versions: ['1'] }, 400, 'InvalidVersion', '1'],
    [
      { about: '@acme.test/nothing-there', val: 'malware', versions: ['1.0.0'], range: '*' },
      400,
      'InvalidOperation',
      'range',
    ],
    [{ about: '@nobody.test/x', val: 'malware' }, 404, 'NotFound', ''],
  ])('%j is refused before anybody approves it', async (request, status, error, message) => {
    const answer = await alice.asks({ reason, ...request })
    expect(answer).toMatchObject({ status, body: { error, message: expect.stringContaining(message) } })
  })

  it('labels of a package are as secret as the package', async () => {
    expect(await bob.lists('@acme.test/hello')).toMatchObject({ status: 404 })
    expect(await bob.asks({ about: '@acme.test/hello', val: 'malware', reason })).toMatchObject({ status: 404 })
  })

  it('what was done stands in the audit log with its sentence, and so does what was refused', async () => {
    await using database = await gatewayDatabase(scene.parts.gateway.database)
    const rows = await database.db.selectFrom('audit_entry').select(['action', 'subject']).execute()
    const lines = rows.map(({ action, subject }) => `${action} ${subject}`)
    expect(lines).toContain('operation.done label @acme.test/hello@1.0.0 as "advisory"')
    expect(lines.some((line) => line.includes('refused') && line.includes('left-pad'))).toBe(true)
  })

  describe('the AppView takes nobody’s word for it', () => {
    it('executes what its person approved, once', async () => {
      const { credentials, operation } = await approvedBehindTheGateway('pkg:npm/once')
      expect(await putLabels(operation, credentials)).toMatchObject({ status: 200 })
      expect(await putLabels(operation, credentials)).toMatchObject({ error: 'ReplayedToken' })
    })

    it('refuses another operation, another ID token, none, and another component’s word', async () => {
      const one = await approvedBehindTheGateway('pkg:npm/first')
      const other = await approvedBehindTheGateway('pkg:npm/second')
      expect(await putLabels(other.operation, one.credentials)).toMatchObject({ error: 'InvalidToken' })
      const mixed = { token: one.credentials.token, idToken: other.credentials.idToken }
      expect(await putLabels(one.operation, mixed)).toMatchObject({ error: 'StepUpRejected' })
      const auth = await scene.parts.net.authAs('gateway')
      const token = await auth.tokenFor('appview', app.npm.operation.putLabels.$nsid)
      expect((await putLabels(other.operation, { ...other.credentials, token })).status).toBe(401)
      const { idToken: _, ...without } = other.credentials
      expect((await putLabels(other.operation, without)).status).toBe(400)
      expect(await alice.lists('second')).toMatchObject({ labels: [] })
    })

    it('labels no other organisation’s packages, nor what looks like upstream’s and is ours', async () => {
      const did = 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb'
      const theirs = `at://${did}/${app.npm.package.record.$nsid}/acme.test:hello`
      for (const subject of [theirs, 'pkg:npm/%40acme.test/hello', did]) {
        const { credentials, operation } = await approvedBehindTheGateway(subject)
        expect(await putLabels(operation, credentials)).toMatchObject({ status: 400, error: 'InvalidOperation' })
      }
    })

    it('labels no other organisation itself', async () => {
      const other = await scene.creates('other.test', scene.bob)
      // The AppView has read its repository then.
      expect((await scene.bob.permits(other, await scene.bob.did(), 'read')).status).toBe(200)
      const { credentials, operation } = await approvedBehindTheGateway(other)
      const refused = { error: 'InvalidOperation', message: expect.stringContaining('is another organisation') }
      expect(await putLabels(operation, credentials)).toMatchObject(refused)
    })

    it('does nothing for who may not label, though they approved it', async () => {
      const { credentials, operation } = await approvedBehindTheGateway('pkg:npm/not-theirs', { person: scene.bob })
      expect(await putLabels(operation, credentials)).toMatchObject({ status: 403, error: 'Forbidden' })
    })

    it('does nothing for who is disabled after they approved it, though they might label', async () => {
      const did = await scene.bob.did()
      await scene.permits(did, 'label')
      const { credentials, operation } = await approvedBehindTheGateway('pkg:npm/leaving', { person: scene.bob })
      const input = { did, disabled: true, reason: 'ticket 4711' }
      await (await scene.calls('people')).call(app.npm.operation.setPersonStatus, { input })
      expect(await putLabels(operation, credentials)).toMatchObject({ error: 'AccountDisabled' })
      expect(await alice.lists('leaving')).toMatchObject({ labels: [] })
    })

    it('does nothing any more once the operation is over', async () => {
      // Before the person's own token is.
      const expiry = Math.floor(Date.now() / 1000) + 30
      const { credentials, operation } = await approvedBehindTheGateway('pkg:npm/too-late', { expiry })
      scene.clock.aheadMs = 30_000
      const refused = { error: 'InvalidOperation', message: expect.stringContaining('it has expired') }
      expect(await putLabels(operation, credentials)).toMatchObject(refused)
      scene.clock.aheadMs = 0
    })
  })
})

interface Credentials {
  token: string
  idToken?: string
}

/** Somebody with the gateway's key has a person approve a label, and keeps what they gave. */
async function approvedBehindTheGateway(
  subject: string,
  { person = scene.alice, expiry = Math.floor(Date.now() / 1000) + 300 } = {},
): Promise<{ credentials: Credentials; operation: Uint8Array }> {
  const people = await scene.calls('people', 'gateway')
  const did = await person.did()
  const now = Date.now()
  const input = { subject, val: 'audited', reason, createdAt: new Date(now).toISOString() }
  const { bytes: operation, op } = composeLabels(scene.acme, input, expiry)
  const requester = { address: '127.0.0.1', client: 'npm', at: new Date(now).toISOString() }
  const opened = await people.call(app.npm.operation.openApproval, {
    input: { operation, did, client: 'a-client', requester } as app.npm.operation.openApproval.$InputBody,
  })
  await person.browser.approve(opened.authUrl)
  const code = await collectCode(opened.doneUrl)
  const redeemed = { code, did, client: 'a-client', op: new Uint8Array(op) }
  return { operation, credentials: await people.call(app.npm.operation.redeemApproval, { input: redeemed }) }
}

async function putLabels(operation: Uint8Array, { token, idToken }: Credentials) {
  const url = `${scene.parts.net.network.peers.appview.url}/xrpc/${app.npm.operation.putLabels.$nsid}`
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'atoll-operation': Buffer.from(operation).toString('base64url'),
      ...(idToken === undefined ? {} : { 'atoll-id-token': idToken }),
      'content-type': 'application/octet-stream',
    },
  })
  return { status: answer.status, ...((await answer.json()) as object) }
}
