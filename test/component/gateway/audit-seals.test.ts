import { P256Keypair } from '@atproto/crypto'
import type { Kysely } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { isSignedBy, parseSeal } from '#common/audit/index.ts'
import { systemClock } from '#common/clock/index.ts'
import { openDatabase, sql } from '#common/db/index.ts'
import { createLogger } from '#common/log/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { AuditSeals } from '#gateway/audit-log/index.ts'
import { noteAudit } from '#gateway/xrpc/note-audit.ts'
import { AuditSealer } from '#pds/org/audit-seals/index.ts'
import { migrations as orgMigrations } from '#pds/org/database.ts'
import { testNetwork } from '#test/support/network.ts'
import { gatewayDatabase } from './gateway-database.ts'

let opened: AsyncDisposableStack
let gateway: Awaited<ReturnType<typeof gatewayDatabase>>
let keypair: P256Keypair
let sealer: AuditSealer
let seals: AuditSeals
/** The answer of the next request is lost on its way. */
let loseAnswer = false

beforeAll(async () => {
  keypair = await P256Keypair.create()
})
beforeEach(async () => {
  opened = new AsyncDisposableStack()
  const net = opened.use(await testNetwork())
  gateway = opened.use(await gatewayDatabase((await net.configFor('gateway')).database))
  const { '255_audit_seals': migration } = orgMigrations
  const org = opened.use(
    await openDatabase(
      (await net.configFor('org')).database,
      migration === undefined ? {} : { '255_audit_seals': migration },
    ),
  )
  sealer = new AuditSealer(org.db as unknown as ConstructorParameters<typeof AuditSealer>[0], keypair, systemClock)
  seals = opened.use(
    new AuditSeals({ db: gateway.db, org: peer(), key: keypair.did(), log: createLogger('gateway', 'silent') }),
  )
}, 60_000)
afterAll(() => opened?.disposeAsync())

/** The org PDS, as far as it seals. */
function peer(): Pick<PeerClient, 'call'> {
  const call = async (_: unknown, { input }: { input: Parameters<AuditSealer['seal']>[0] }) => {
    const { text: seal, signature } = await sealer.seal(input)
    if (!loseAnswer) return { seal, signature }
    loseAnswer = false
    throw new Error('the connection broke')
  }
  return { call } as unknown as Pick<PeerClient, 'call'>
}

async function happens(...subjects: string[]): Promise<void> {
  for (const subject of subjects) {
    await gateway.audit.append({ actor: 'did:plc:alice', action: 'operation.done', subject, details: {} })
  }
}

const sealed = async () => (await seals.list({ limit: 100 })).map(({ text }) => parseSeal(text))

/** What somebody with the gateway's database could do. */
async function tampers(statement: string): Promise<void> {
  const db = gateway.db as Kysely<unknown> as never
  await sql.raw('ALTER TABLE audit_entry DISABLE TRIGGER ALL').execute(db)
  await sql.raw('ALTER TABLE audit_seal DISABLE TRIGGER ALL').execute(db)
  await sql.raw(statement).execute(db)
}

it('has what was not sealed yet sealed, batch after batch, by the other key', async () => {
  await happens('one', 'two')
  await seals.sealAll()
  await seals.sealAll()
  await happens('three')
  await seals.sealAll()
  const made = await seals.list({ limit: 100 })
  expect(made.every((signed) => isSignedBy(keypair.did(), signed))).toBe(true)
  expect((await sealed()).map((seal) => [seal?.number, seal?.count])).toEqual([
    [1, 2],
    [2, 1],
  ])
})

it('goes on after an answer was lost, with the seal that was made', async () => {
  await happens('one')
  loseAnswer = true
  await expect(seals.sealAll()).rejects.toThrow('broke')
  await happens('two')
  await seals.sealAll()
  expect((await sealed()).map((seal) => seal?.count)).toEqual([1, 1])
})

it('gets no seal for another past: rewritten, shortened, or begun anew', async () => {
  await happens('one', 'two')
  await seals.sealAll()
  await tampers("UPDATE audit_entry SET hash = sha256('x') WHERE subject = 'two'")
  await happens('three')
  await expect(seals.sealAll()).rejects.toMatchObject({ code: 'AuditBroken' })
  await tampers('DELETE FROM audit_entry')
  await tampers('DELETE FROM audit_seal')
  await happens('a new past')
  await expect(seals.sealAll()).rejects.toMatchObject({ code: 'AuditBroken' })
})

it('attests ranges that were sealed, and none that were not', async () => {
  await happens('one')
  await seals.sealAll()
  expect(await sealer.attest({ first: 1, last: 1 })).toMatchObject({ newest: 1 })
  await expect(sealer.attest({ first: 1, last: 2 })).rejects.toMatchObject({ code: 'AuditBroken' })
})

it('notes each decision of the registry once, however often it is told', async () => {
  const decision = {
    id: 'granted x',
    action: 'name.granted' as const,
    subject: 'at://did:plc:r/x/y',
    by: 'did:web:box' as const,
  }
  const context = { database: gateway, audit: gateway.audit }
  expect(await noteAudit(context, decision)).toEqual({ noted: true })
  expect(await noteAudit(context, decision)).toEqual({ noted: false })
  const entries = await gateway.audit.list({ limit: 10 })
  expect(entries).toMatchObject([{ actor: 'did:web:box', action: 'name.granted', subject: 'at://did:plc:r/x/y' }])
})

it('is read in pages and periods, from its beginning or its end', async () => {
  await happens('one', 'two', 'three')
  const subjects = async (page: Parameters<typeof gateway.audit.list>[0]) =>
    (await gateway.audit.list(page)).map(({ subject }) => subject)
  expect(await subjects({ limit: 2 })).toEqual(['one', 'two'])
  expect(await subjects({ limit: 2, newest: true })).toEqual(['two', 'three'])
  const [, second] = await gateway.audit.list({ limit: 2 })
  expect(await subjects({ limit: 9, after: Number(second?.seq) })).toEqual(['three'])
  expect(await subjects({ limit: 9, upTo: Number(second?.seq) })).toEqual(['one', 'two'])
  expect(await subjects({ limit: 9, since: '2999-01-01T00:00:00.000Z' })).toEqual([])
})
