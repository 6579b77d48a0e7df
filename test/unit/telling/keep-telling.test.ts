import { expect, it, vi } from 'vitest'
import { AtollError } from '#common/errors/index.ts'
import { createLogger } from '#common/log/index.ts'
import { keepTelling } from '#common/telling/index.ts'

const log = createLogger('test', 'silent')
const pace = { everyMs: 5, maxWaitMs: 40 }

/** What was written down, and somebody to be told of it. */
class Desk {
  readonly untold: number[]
  /** What the other heard, in its order. */
  readonly heard: number[] = []
  /** When it was tried, in milliseconds. */
  readonly tries: number[] = []
  rounds = 0
  /** How much was asked for at once, at most. */
  largest = 0
  away = false
  /** What it never takes. */
  refuses = (_said: number) => false
  /** Takes it, and the answer is lost. */
  losesAnswer = (_said: number) => false

  constructor(count: number) {
    this.untold = Array.from({ length: count }, (_, index) => index)
  }

  keeps(): AsyncDisposable {
    return keepTelling(
      {
        about: 'what happened',
        log,
        untold: async (limit) => {
          this.rounds += 1
          this.largest = Math.max(this.largest, limit)
          return this.untold.slice(0, limit)
        },
        tell: async (said) => {
          this.tries.push(performance.now())
          if (this.away) throw new AtollError('ComponentUnavailable', { component: 'gateway' })
          if (this.refuses(said)) throw new AtollError('InvalidRequest', { reason: 'it is not taken' })
          this.heard.push(said)
          if (this.losesAnswer(said)) throw new AtollError('ComponentUnavailable', { component: 'gateway' })
          this.untold.splice(this.untold.indexOf(said), 1)
        },
      },
      pace,
    )
  }

  /** It was looked for more after this moment. */
  async someRounds(): Promise<void> {
    const { rounds } = this
    await vi.waitUntil(() => this.rounds >= rounds + 3, { timeout: 5_000, interval: 1 })
  }

  /** Between two tries. */
  get pauses(): number[] {
    return this.tries.slice(1).map((at, index) => at - (this.tries[index] ?? 0))
  }
}

it('tells each once, in its order, and nothing again that was acknowledged', async () => {
  const desk = new Desk(3)
  await using _telling = desk.keeps()
  await vi.waitUntil(() => desk.untold.length === 0)
  await desk.someRounds()
  expect(desk.heard).toEqual([0, 1, 2])
  desk.untold.push(3)
  await vi.waitUntil(() => desk.untold.length === 0)
  await desk.someRounds()
  expect(desk.heard).toEqual([0, 1, 2, 3])
})

it('waits twice as long after each failure, up to a bound, for ever, and tells all when the other is back', async () => {
  const desk = new Desk(3)
  desk.away = true
  await using _telling = desk.keeps()
  await vi.waitUntil(() => desk.tries.length >= 10, { timeout: 10_000 })
  // One try a round: who is away is not asked a hundred times.
  const { pauses } = desk
  for (const [index, least] of [10, 20, 40, 40].entries()) expect(pauses[index]).toBeGreaterThanOrEqual(least - 1)
  // Without the bound, this one were 5 ms doubled nine times.
  expect(pauses[8]).toBeLessThan(1_280)
  expect(desk.heard).toEqual([])
  desk.away = false
  await vi.waitUntil(() => desk.untold.length === 0)
  await desk.someRounds()
  expect(desk.heard).toEqual([0, 1, 2])
})

it('tells again what was taken and not answered', async () => {
  const desk = new Desk(2)
  desk.losesAnswer = (said) => said === 0 && desk.heard.length === 1
  await using _telling = desk.keeps()
  await vi.waitUntil(() => desk.untold.length === 0)
  expect(desk.heard).toEqual([0, 0, 1])
})

it('lets what is never taken keep nothing else, however much of it there is', async () => {
  const desk = new Desk(251)
  desk.refuses = (said) => said < 250
  await using _telling = desk.keeps()
  await vi.waitUntil(() => desk.heard.length > 0, { timeout: 10_000 })
  expect(desk.heard).toEqual([250])
  expect(desk.untold).toHaveLength(250)
  desk.refuses = () => false
  await vi.waitUntil(() => desk.untold.length === 0, { timeout: 10_000 })
  expect(desk.heard.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 251 }, (_, index) => index))
})

it('asks for a bounded number at once, and tells nothing once it is disposed', async () => {
  const desk = new Desk(5_000)
  desk.refuses = () => true
  {
    await using _telling = desk.keeps()
    await vi.waitUntil(() => desk.rounds >= 14, { timeout: 20_000 })
  }
  expect(desk.largest).toBe(1_100)
  const { length } = desk.tries
  await new Promise((resolve) => setTimeout(resolve, 3 * pace.maxWaitMs))
  expect(desk.tries).toHaveLength(length)
})
