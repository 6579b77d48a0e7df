import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sql } from '#common/db/index.ts'
import { createLogger } from '#common/log/index.ts'
import type { Receiver } from '#common/outbound/index.ts'
import { AuditStream } from '#gateway/audit-log/index.ts'
import { testNetwork } from '#test/support/network.ts'
import { privateAuthority } from '#test/support/private-authority.ts'
import { gatewayDatabase } from './gateway-database.ts'
import { SyslogReceiver } from './syslog-receiver.ts'

const waitMs = { timeout: 20_000, interval: 50 }

let opened: AsyncDisposableStack
let gateway: Awaited<ReturnType<typeof gatewayDatabase>>

beforeEach(async () => {
  opened = new AsyncDisposableStack()
  const net = opened.use(await testNetwork())
  gateway = opened.use(await gatewayDatabase((await net.configFor('gateway')).database))
}, 60_000)
afterEach(() => opened.disposeAsync())

async function happens(...subjects: string[]): Promise<void> {
  for (const subject of subjects) {
    await gateway.audit.append({ actor: 'did:plc:alice', action: 'operation.done', subject, details: {} })
  }
}

function streamsTo({ port }: { port: number }, changes: Partial<Receiver> = {}): AuditStream {
  const receiver = { host: 'localhost', port, tls: false, ca: [], ...changes }
  const log = createLogger('gateway', 'silent')
  return opened.use(new AuditStream({ db: gateway.db, receiver, hostname: 'npm.acme.com', log }))
}

async function receives(receiver: SyslogReceiver, subjects: string[]): Promise<void> {
  await vi.waitFor(() => expect(receiver.subjects).toEqual(subjects), waitMs)
}

/** To what it was when this was its newest entry. Nobody but a restore passes the trigger. */
async function restoresLog(seq: number): Promise<void> {
  await sql`ALTER TABLE audit_entry DISABLE TRIGGER audit_is_append_only`.execute(gateway.db)
  await gateway.db.deleteFrom('audit_entry').where('seq', '>', seq).execute()
  await sql`ALTER TABLE audit_entry ENABLE TRIGGER audit_is_append_only`.execute(gateway.db)
  await sql`SELECT setval(pg_get_serial_sequence('audit_entry', 'seq'), ${seq})`.execute(gateway.db)
}

/** How far it was taken. */
async function sentTo(): Promise<number> {
  const row = await gateway.db.selectFrom('audit_stream').select('seq').executeTakeFirst()
  return Number(row?.seq ?? 0)
}

/** As `receives`, with what came twice. */
async function comes(receiver: SyslogReceiver, subjects: string[]): Promise<void> {
  const came = () => receiver.messages.map((message) => / subject="([^"]*)"/.exec(message)?.[1])
  await vi.waitFor(() => expect(came()).toEqual(subjects), waitMs)
}

const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `entry ${from + at}`)

describe('the stream of the audit log', () => {
  it('has what was there before, and what happens, in its order', async () => {
    const receiver = opened.use(await SyslogReceiver.start())
    await happens('one', 'two')
    const stream = streamsTo(receiver)
    await receives(receiver, ['one', 'two'])
    expect(receiver.messages[0]).toMatch(/^<109>1 \S+Z npm\.acme\.com atoll - operation\.done \[atoll@32473 seq="1" /)
    await happens('three')
    await receives(receiver, ['one', 'two', 'three'])
    expect(receiver.messages).toHaveLength(3)
    expect(stream.answers).toBe(true)
  })

  it('loses nothing, and keeps its order, when the receiver goes away and comes back', async () => {
    const first = await SyslogReceiver.start()
    const { port } = first
    const stream = streamsTo(first)
    await happens('before')
    await receives(first, ['before'])
    await first[Symbol.asyncDispose]()
    await happens(...numbered(0, 250))
    await vi.waitFor(() => expect(stream.answers).toBe(false), waitMs)
    const second = opened.use(await SyslogReceiver.start({ port }))
    await receives(second, numbered(0, 250))
    // More than one batch, each over a connection of its own.
    expect(second.connections).toBeGreaterThan(1)
    expect(stream.answers).toBe(true)
  })

  it('sends again what was on its way when the connection broke', async () => {
    const breaking = await SyslogReceiver.start({ breaksAfter: 3 })
    const { port } = breaking
    await happens(...numbered(0, 10))
    streamsTo(breaking)
    await vi.waitFor(() => expect(breaking.connections).toBeGreaterThan(1), waitMs)
    expect(breaking.subjects).toEqual(numbered(0, 3))
    await breaking[Symbol.asyncDispose]()
    const whole = opened.use(await SyslogReceiver.start({ port }))
    await receives(whole, numbered(0, 10))
  })

  it('goes on where it was after a restart, and begins anew for another receiver', async () => {
    const receiver = opened.use(await SyslogReceiver.start())
    await happens('one')
    const stream = streamsTo(receiver)
    await receives(receiver, ['one'])
    await vi.waitFor(
      async () => expect(await gateway.db.selectFrom('audit_stream').selectAll().execute()).toHaveLength(1),
      waitMs,
    )
    await stream[Symbol.asyncDispose]()
    await happens('two')
    streamsTo(receiver)
    await receives(receiver, ['one', 'two'])
    expect(receiver.messages).toHaveLength(2)
    const other = opened.use(await SyslogReceiver.start())
    streamsTo(other)
    await receives(other, ['one', 'two'])
  })

  it('is sent from its beginning when it was restored and its cursor was not, also when it has caught up in number', async () => {
    const receiver = opened.use(await SyslogReceiver.start())
    await happens(...numbered(0, 5))
    const stream = streamsTo(receiver)
    await receives(receiver, numbered(0, 5))
    await vi.waitFor(async () => expect(await sentTo()).toBe(5), waitMs)
    await stream[Symbol.asyncDispose]()
    await restoresLog(3)
    const again = streamsTo(receiver)
    await comes(receiver, [...numbered(0, 5), ...numbered(0, 3)])
    await vi.waitFor(async () => expect(await sentTo()).toBe(3), waitMs)
    await again[Symbol.asyncDispose]()
    await restoresLog(2)
    await happens('other', 'later')
    streamsTo(receiver)
    await comes(receiver, [...numbered(0, 5), ...numbered(0, 3), ...numbered(0, 2), 'other', 'later'])
  })

  it('is sent with what happens after a restore of both, of which a number that came before has another hash', async () => {
    const receiver = opened.use(await SyslogReceiver.start())
    await happens(...numbered(0, 3))
    const stream = streamsTo(receiver)
    await receives(receiver, numbered(0, 3))
    await vi.waitFor(async () => expect(await sentTo()).toBe(3), waitMs)
    await stream[Symbol.asyncDispose]()
    const kept = await gateway.db
      .selectFrom('audit_entry')
      .select('hash')
      .where('seq', '=', 2)
      .executeTakeFirstOrThrow()
    await restoresLog(2)
    await gateway.db.updateTable('audit_stream').set({ seq: 2, hash: kept.hash }).execute()
    await happens('instead')
    streamsTo(receiver)
    await comes(receiver, [...numbered(0, 3), 'instead'])
    const [lost, instead] = receiver.messages
      .slice(-2)
      .map((message) => /seq="(\d+)".*hash="(\w+)"/.exec(message) ?? [])
    expect(instead?.[1]).toBe(lost?.[1])
    expect(instead?.[2]).not.toBe(lost?.[2])
  })

  it('is sent once, however many gateways there are', async () => {
    const receiver = opened.use(await SyslogReceiver.start({ closesAfterMs: 700 }))
    await happens(...numbered(0, 20))
    for (const _ of [1, 2, 3]) streamsTo(receiver)
    await receives(receiver, numbered(0, 20))
    await happens('last')
    await receives(receiver, [...numbered(0, 20), 'last'])
    expect(receiver.messages).toHaveLength(21)
  })
})

describe('over TLS', () => {
  it('is sent to a receiver that proves who it is, and to no other', async () => {
    const { ca, server } = await privateAuthority(['localhost'])
    const receiver = opened.use(await SyslogReceiver.start({ tls: server }))
    await happens('one')
    const distrustful = streamsTo(receiver, { tls: true })
    await vi.waitFor(() => expect(distrustful.answers).toBe(false), waitMs)
    expect(receiver.messages).toEqual([])
    await distrustful[Symbol.asyncDispose]()
    const stream = streamsTo(receiver, { tls: true, ca: [ca] })
    await receives(receiver, ['one'])
    await happens('two')
    await receives(receiver, ['one', 'two'])
    expect([stream.answers, receiver.messages.length]).toEqual([true, 2])
  })
})
