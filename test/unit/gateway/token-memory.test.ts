import { EventEmitter } from 'node:events'
import type pg from 'pg'
import { expect, it } from 'vitest'
import { createLogger } from '#common/log/index.ts'
import { TokenMemory } from '#gateway/auth/token/token-memory.ts'

/** A connection that does what a test says, at the moment it says: with a real one these moments are too short to meet. */
class Connection extends EventEmitter {
  readonly listening = Promise.withResolvers<void>()

  query(): Promise<void> {
    return this.listening.promise
  }

  async end(): Promise<void> {
    this.emit('end')
  }
}

function open() {
  const connections: Connection[] = []
  const connect = async () => {
    const connection = new Connection()
    connections.push(connection)
    return connection as unknown as pg.Client
  }
  const memory = new TokenMemory<object>({ connect }, createLogger('gateway', 'silent'))
  let loads = 0
  const load = async () => {
    loads += 1
    return {}
  }
  /** How often the database was asked for two questions. */
  async function asked(): Promise<number> {
    const before = loads
    await memory.get('token', load)
    await memory.get('token', load)
    return loads - before
  }
  return { connections, memory, asked, load }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

it('remembers only while it hears of revocations', async () => {
  const { connections, memory, asked } = open()
  await settled()
  expect(await asked()).toBe(2)
  connections[0]?.listening.resolve()
  await settled()
  expect(await asked()).toBe(1)
  connections[0]?.emit('end')
  await settled()
  expect(await asked()).toBe(2)
  await expect.poll(() => connections.length).toBe(2)
  expect(await asked()).toBe(2)
  connections[1]?.listening.resolve()
  await settled()
  expect(await asked()).toBe(1)
  await memory[Symbol.asyncDispose]()
})

it('forgets what it remembers, and what is being read, when something is revoked', async () => {
  const { connections, memory, asked, load } = open()
  await settled()
  connections[0]?.listening.resolve()
  await settled()
  await asked()
  connections[0]?.emit('notification')
  expect(await asked()).toBe(1)
  memory.forget()
  // Read before the revocation, answered after it.
  const row = Promise.withResolvers<object>()
  const reading = memory.get('token', () => row.promise)
  connections[0]?.emit('notification')
  row.resolve({})
  await reading
  expect(await asked()).toBe(1)
  expect(await memory.get('another', load)).toBeDefined()
  await memory[Symbol.asyncDispose]()
})
