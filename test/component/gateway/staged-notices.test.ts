import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noticesConfigSchema } from '#appview/notices/config.ts'
import { WebhookReceiver } from '#test/support/webhook-receiver.ts'
import { GatewayScene } from './gateway-scene.ts'
import { type Answer, asks } from './npm-requests.ts'
import { bodyOf, type Person } from './person.ts'

let scene: GatewayScene
let hook: WebhookReceiver
let alice: Person
/** Approves. */
let bob: Person

beforeAll(async () => {
  hook = await WebhookReceiver.start()
  scene = await GatewayScene.opens()
  ;({ alice, bob } = scene)
  await scene.stops('appview')
  scene.parts.appview.notices = noticesConfigSchema.parse({ webhooks: [hook.webhook] })
  await scene.starts('appview')
  for (const action of ['read', 'approve']) await scene.permits(await bob.did(), action)
})
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
  await hook?.[Symbol.asyncDispose]()
})

async function stages(name: string): Promise<string> {
  const answer: Answer = await asks(
    alice,
    'POST',
    `/-/stage/package/${name.replace('/', '%2f')}`,
    await bodyOf({ name, version: '1.0.0' }),
  )
  expect(answer.status).toBe(201)
  return String(answer.body['stageId'])
}

async function inDatabase(of: { url: string; schema: string }, statement: string, values: string[] = []) {
  const client = new pg.Client({ connectionString: of.url, options: `-c search_path=${of.schema}` })
  await client.connect()
  try {
    return (await client.query(statement, values)).rows
  } finally {
    await client.end()
  }
}

const toldOf = (stage: string) => hook.told('version.staged', { stage })
const until = (found: () => unknown) => expect.poll(found, { timeout: 20_000, interval: 50 })

describe('npm stage publish', () => {
  it('has those told who may approve it', async () => {
    const id = await stages('@acme.test/told')
    await until(() => toldOf(id).length).toBe(1)
    expect(toldOf(id)[0]?.data).toMatchObject({
      ...{ org: scene.acme, name: '@acme.test/told', version: '1.0.0', tag: 'latest', stage: id },
      ...{ by: await alice.did(), stagedBy: 'alice.people.test', link: `${scene.url}/-/stage/${id}` },
    })
  })

  it('has them told of what was answered before the gateway was killed, and not of what was decided meanwhile', async () => {
    const { appview, gateway } = scene.parts
    // The AppView cannot keep what it is told: so nobody knows but the gateway's own database.
    await inDatabase(appview.database, 'ALTER TABLE notice RENAME TO notice_away')
    const [waits, rejected] = [await stages('@acme.test/waits'), await stages('@acme.test/rejected')]
    expect(await asks(bob, 'DELETE', `/-/stage/${rejected}`)).toMatchObject({ status: 200 })
    await scene.stops('gateway')
    await inDatabase(appview.database, 'ALTER TABLE notice_away RENAME TO notice')
    expect(toldOf(waits)).toEqual([])
    await scene.starts('gateway')
    await until(() => toldOf(waits).length).toBe(1)
    expect(toldOf(rejected)).toEqual([])
    // Killed after the AppView knew and before it wrote that down, it says so again.
    await inDatabase(gateway.database, 'UPDATE staged SET told = false WHERE id = $1', [waits])
    const isTold = async () =>
      (await inDatabase(gateway.database, 'SELECT told FROM staged WHERE id = $1', [waits]))[0]?.told
    await until(isTold).toBe(true)
    const last = await stages('@acme.test/last')
    await until(() => toldOf(last).length).toBe(1)
    expect(toldOf(waits)).toHaveLength(1)
  })
})
