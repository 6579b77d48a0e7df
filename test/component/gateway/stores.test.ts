import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenDatabase, openDatabase, sql } from '#common/db/index.ts'
import { createLogger } from '#common/log/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { AuditLog } from '#gateway/audit-log/index.ts'
import { SignIns } from '#gateway/auth/sign-in/index.ts'
import { type NewToken, TokenStore } from '#gateway/auth/token/index.ts'
import { migrations } from '#gateway/database/migrations.ts'
import type { GatewayTables } from '#gateway/database/tables.ts'
import { OperationStore } from '#gateway/operations/index.ts'
import { type TokenPolicy, tokenPolicySchema } from '#gateway/token-settings.ts'
import { type TestDatabase, testDatabase } from '#test/support/postgres.ts'

const clock = { aheadMs: 0, now: () => Date.now() + clock.aheadMs }
const dayMs = 24 * 3600_000

let database: TestDatabase
let opened: OpenDatabase<GatewayTables>

beforeAll(async () => {
  database = await testDatabase('gateway')
  opened = await openDatabase<GatewayTables>({ ...database, poolSize: 8 }, migrations)
})
afterAll(async () => {
  await opened?.[Symbol.asyncDispose]()
  await database?.[Symbol.asyncDispose]()
})

function tokenStore(policy: Partial<TokenPolicy> = {}): TokenStore {
  const audit = new AuditLog(opened.db, clock)
  const log = createLogger('gateway', 'silent')
  return new TokenStore({ database: opened, clock, policy: tokenPolicySchema.parse(policy), audit, log })
}

function twoStores(): [TokenStore, TokenStore] & AsyncDisposable {
  const stores: [TokenStore, TokenStore] = [tokenStore(), tokenStore()]
  return Object.assign(stores, {
    async [Symbol.asyncDispose]() {
      for (const store of stores) await store[Symbol.asyncDispose]()
    },
  })
}

const inDays = (days: number) => new Date(clock.now() + days * dayMs)

function issue(tokens: TokenStore, wanted: Partial<NewToken>) {
  const alice = {
    did: 'did:plc:alice',
    handle: 'alice.people.test',
    owner: 'person',
    created_by: 'did:plc:alice',
  } as const
  const full = { name: 'laptop', description: '', access: 'read-write', packages: null, cidrs: [] } as const
  const token: NewToken = { ...alice, ...full, cidrs: [], expires_at: inDays(1), ...wanted }
  return opened.db.transaction().execute((transaction) => tokens.issue(token, transaction))
}

describe('npm tokens', () => {
  it('end with their time, and are swept away', async () => {
    await using tokens = tokenStore()
    const { token, row } = await issue(tokens, { expires_at: inDays(30) })
    const { did, handle } = row
    expect(await tokens.find(token)).toMatchObject({ session: { did, handle, tokenId: row.id } })
    expect(await tokens.find('npm_000000000000000000000000000000000000')).toBeUndefined()
    clock.aheadMs = 31 * dayMs
    expect(await tokens.find(token)).toBeUndefined()
    await tokens.sweep()
    expect(await opened.db.selectFrom('token').selectAll().execute()).toEqual([])
    clock.aheadMs = 0
  })
})

describe('what replicas remember of tokens', () => {
  const idOf = async (store: TokenStore, token: string) => (await store.find(token))?.session.tokenId

  /** Returns when the store answers from memory: it does not see that the token was renamed meanwhile. */
  async function remembers(store: TokenStore, token: string): Promise<void> {
    let renamed = 0
    const seesTheName = async () => {
      await store.find(token)
      renamed += 1
      await opened.db
        .updateTable('token')
        .set({ name: `name ${renamed}` })
        .execute()
      return (await store.find(token))?.session.tokenName === `name ${renamed}`
    }
    await expect.poll(seesTheName, { timeout: 5_000, interval: 20 }).toBe(false)
  }

  it('is forgotten by all of them when one revokes', async () => {
    await using stores = twoStores()
    const [here, there] = stores
    const { token, row } = await issue(here, {})
    await remembers(here, token)
    await remembers(there, token)
    expect(await here.revoke(row.id, { did: row.did, by: row.did })).toBe(true)
    expect(await idOf(here, token)).toBeUndefined()
    // Sooner than it would have been forgotten anyway.
    await expect.poll(() => idOf(there, token), { timeout: 1_000, interval: 20 }).toBeUndefined()
  })

  it('is nothing while they cannot hear, and is heard again afterwards', async () => {
    await using stores = twoStores()
    const [here, there] = stores
    for (let time = 0; time < 2; time += 1) {
      const { token, row } = await issue(here, {})
      await remembers(there, token)
      await sql`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE query LIKE 'LISTEN gateway_token%' AND datname = current_database()`.execute(opened.db)
      await here.revoke(token, { did: row.did, by: row.did })
      await expect.poll(() => idOf(there, token), { timeout: 1_900, interval: 20 }).toBeUndefined()
    }
  })

  it('ends what nobody uses, where the policy says so', async () => {
    await using store = tokenStore({ idleDays: 3 })
    const { token } = await issue(store, { expires_at: inDays(30) })
    clock.aheadMs = 3 * dayMs - 60_000
    expect(await store.find(token)).toBeDefined()
    clock.aheadMs = 3 * dayMs
    expect(await store.find(token)).toBeUndefined()
    clock.aheadMs = 0
  })
})

describe('a sign-in', () => {
  it('gives one token, even if the people PDS confirms it again and again', async () => {
    await using tokens = tokenStore()
    const audit = new AuditLog(opened.db, clock)
    const expiresAt = new Date(clock.now() + 300_000).toISOString()
    const confirms = { id: 'x', loginUrl: 'http://people.test/login/x', expiresAt, state: 'confirmed', token: 'a JWT' }
    const people = { call: async () => confirms, fetch: async () => new Response() } as unknown as PeerClient
    const signIns = new SignIns({
      db: opened.db,
      people,
      tokens,
      days: 30,
      audit,
      verifyLogin: async () => ({ did: 'did:plc:alice', handle: 'alice.people.test' }),
      clock,
      publicUrl: 'http://gateway.test',
      limits: { openSignIns: 10, openSignInsPerAddress: 10 },
    })
    const { doneUrl } = await signIns.open({ address: '127.0.0.1', client: 'npm' })
    const secret = doneUrl.split('/').at(-1) ?? ''
    const polls = await Promise.allSettled([signIns.redeem(secret), signIns.redeem(secret), signIns.redeem(secret)])
    expect(polls.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(signIns.redeem(secret)).rejects.toMatchObject({ code: 'ExpiredHandle' })
  })
})

describe('the audit log', () => {
  const entryBy = (actor: string) => ({ actor, action: 'token.issued' as const, subject: 'x', details: { n: 1 } })

  it('chains what is written at the same time', async () => {
    const audit = new AuditLog(opened.db, clock)
    await Promise.all(Array.from({ length: 20 }, (_, index) => audit.append(entryBy(`actor ${index}`))))
    expect(await audit.findBreak()).toBeUndefined()
  })

  it('can be neither changed nor shortened', async () => {
    for (const change of [
      sql`UPDATE audit_entry SET actor = 'nobody'`,
      sql`DELETE FROM audit_entry`,
      sql`TRUNCATE audit_entry`,
    ]) {
      await expect(change.execute(opened.db)).rejects.toThrow('append-only')
    }
  })

  it.each([
    ['changed', sql`UPDATE audit_entry SET details = '{}' WHERE seq = 5`, 5],
    ['taken out', sql`DELETE FROM audit_entry WHERE seq = 3`, 4],
  ])('shows where an entry was %s by somebody who got around that', async (_what, change, at) => {
    await sql`ALTER TABLE audit_entry DISABLE TRIGGER audit_is_append_only`.execute(opened.db)
    await change.execute(opened.db)
    expect(await new AuditLog(opened.db, clock).findBreak()).toBe(at)
  })
})

describe('operations that wait', () => {
  const limits = { parkedBytes: 1000, parkedBytesPerPerson: 500, operationsPerPerson: 3 }
  let counter = 0

  function operationOf(did: string, { size = 1, request = `request ${counter}` } = {}) {
    counter += 1
    return {
      op: Buffer.from(`op ${counter}`),
      token_id: `token of ${did}`,
      did,
      request: Buffer.from(request),
      bytes: Buffer.alloc(1),
      record_uri: 'at://x',
      record_cid: 'cid',
      integrity: `sha512-${did}`,
      size,
      expires_at: new Date(clock.now() + 600_000),
    }
  }

  const empty = async () => {
    await opened.db.deleteFrom('operation').execute()
    return new OperationStore(opened.db, { clock, limits })
  }
  const refused = { code: 'TooManyRequests' }

  it('are bounded in number and bytes, per person and together', async () => {
    const store = await empty()
    for (let index = 0; index < 3; index += 1) await store.add(operationOf('alice'))
    await expect(store.add(operationOf('alice'))).rejects.toMatchObject(refused)
    await expect(store.add(operationOf('bob', { size: 501 }))).rejects.toMatchObject(refused)
    await store.add(operationOf('bob', { size: 500 }))
    await expect(store.add(operationOf('carol', { size: 498 }))).rejects.toMatchObject(refused)
    await store.add(operationOf('carol', { size: 497 }))
  })

  it('take no room once they are done', async () => {
    const store = await empty()
    for (let index = 0; index < 6; index += 1) {
      const operation = operationOf('alice', { size: 500 })
      await store.add(operation)
      await store.setWritten(operation.op)
    }
    expect(await store.needsUpload('sha512-alice')).toBe(false)
  })

  it('hold their bounds when many come at once', async () => {
    const store = await empty()
    const added = await Promise.allSettled(Array.from({ length: 10 }, () => store.add(operationOf('alice'))))
    expect(added.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
  })

  it('are replaced when the same is asked again, and gone when they expire', async () => {
    const store = await empty()
    const session = { tokenId: 'token of alice' }
    for (let time = 0; time < 5; time += 1) await store.add(operationOf('alice', { request: 'same' }))
    const newest = Buffer.from(`op ${counter}`)
    expect(await store.find(session, Buffer.from('same'))).toMatchObject({ op: newest, state: 'open' })
    expect(await store.find({ tokenId: 'another' }, Buffer.from('same'))).toBeUndefined()
    clock.aheadMs = 601_000
    expect(await store.find(session, Buffer.from('same'))).toBeUndefined()
    expect(await store.needsUpload('sha512-alice')).toBe(true)
    await store.sweep()
    expect(await store.needsUpload('sha512-alice')).toBe(false)
    clock.aheadMs = 0
  })
})
