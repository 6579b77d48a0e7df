import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { type Round, Rounds } from '#common/rounds/index.ts'

const never = 3_600_000

/** Something that is done in rounds, counted. */
function counted({ dueMs = never, restMs = never, ...rest }: Partial<Round> & { dueMs?: number } = {}) {
  const seen = { rounds: 0, failures: 0, fails: false }
  const work = async () => {
    seen.rounds += 1
    if (seen.fails) throw new Error('away')
    return dueMs
  }
  const failed = () => {
    seen.failures += 1
  }
  return { seen, round: { work, failed, restMs, ...rest } satisfies Round }
}
const until = (done: () => boolean) => vi.waitUntil(done, { timeout: 5_000, interval: 1 })

it('works at once, and again when something is due', async () => {
  const { seen, round } = counted({ dueMs: 1 })
  await using _rounds = new Rounds(round)
  await until(() => seen.rounds >= 3)
})

it('works when somebody rings, and otherwise not before it is due', async () => {
  const { seen, round } = counted()
  await using rounds = new Rounds(round)
  await until(() => seen.rounds === 1)
  await delay(20)
  expect(seen.rounds).toBe(1)
  rounds.ring()
  await until(() => seen.rounds === 2)
})

it('works once more, one round at a time, for who rings during a round', async () => {
  const gates = [1, 2, 3].map(() => Promise.withResolvers<void>())
  let [begun, underWay, most] = [0, 0, 0]
  const work = async () => {
    begun += 1
    underWay += 1
    most = Math.max(most, underWay)
    await gates[begun - 1]?.promise
    underWay -= 1
    return never
  }
  await using rounds = new Rounds({ ...counted().round, work })
  await until(() => begun === 1)
  rounds.ring()
  rounds.ring()
  expect(begun).toBe(1)
  gates[0]?.resolve()
  await until(() => begun === 2)
  gates[1]?.resolve()
  await delay(20)
  expect([begun, most]).toEqual([2, 1])
})

it('rests after a failure, whoever rings, and goes on', async () => {
  const { seen, round } = counted({ restMs: 60 })
  seen.fails = true
  await using rounds = new Rounds(round)
  await until(() => seen.failures === 1)
  const failedAt = performance.now()
  rounds.ring()
  seen.fails = false
  await until(() => seen.rounds === 2)
  expect(performance.now() - failedAt).toBeGreaterThan(40)
  expect(seen.failures).toBe(1)
})

it('is woken from its rest where that is wanted', async () => {
  const { seen, round } = counted({ wakesFromRest: true })
  seen.fails = true
  await using rounds = new Rounds(round)
  await until(() => seen.failures === 1)
  rounds.ring()
  await until(() => seen.failures === 2)
})

it('lets the round under way end when it is disposed, tells it so, and begins no other', async () => {
  let begun = 0
  let told = false
  const rounds = new Rounds({
    ...counted().round,
    async work(signal) {
      begun += 1
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      told = true
      throw new Error('it was cut off, which is no failure')
    },
    failed: () => expect.fail('it is no failure'),
  })
  await until(() => begun === 1)
  rounds.ring()
  await rounds[Symbol.asyncDispose]()
  expect([begun, told]).toEqual([1, true])
})
