import { expect, vi } from 'vitest'
import type { CheckName } from '#common/policy/index.ts'
import { durationOf, type Names, steady } from './steady-words.ts'

const waitMs = { timeout: 20_000, interval: 100 }

/** What the AppView answers about a version. */
interface Answer {
  kind: string
  check?: string
  reason?: string
  until?: string
  warnings?: string[]
}
type Ask = () => Promise<Answer>

/**
 * Writes down what happened and what the AppView really answered, and fails when it answered something else: a page that is written
 * anew must not learn to say that an attack works.
 */
export class Story {
  readonly #lines: string[] = []
  readonly #names: Names
  readonly #now: () => number

  constructor(names: Names, now: () => number) {
    this.#names = names
    this.#now = now
  }

  /** Markdown, without anything that is another one in the next run. */
  get text(): string {
    return this.#lines.join('\n')
  }

  /** Somebody does something. */
  happens(sentence: string): void {
    this.#lines.push(`* ${sentence}`)
  }

  /** @param what the version, as people write it */
  async holds(what: string, ask: Ask, check: CheckName): Promise<void> {
    const answer = await agreed(ask, { kind: 'hold', check })
    const left = answer.until === undefined ? undefined : durationOf(Date.parse(answer.until) - this.#now())
    const end = left === undefined ? 'Somebody has to end that.' : `That ends by itself in ${left}.`
    this.#says(`\`${what}\` is **held** by \`${check}\`: “${answer.reason}”. ${end}`)
  }

  async blocks(what: string, ask: Ask, check: CheckName): Promise<void> {
    const { reason } = await agreed(ask, { kind: 'block', check })
    this.#says(`\`${what}\` is **blocked** by \`${check}\`: “${reason}”.`)
  }

  /** @param remarks how many there have to be */
  async allows(what: string, ask: Ask, { remarks: wanted = 0 } = {}): Promise<void> {
    const { warnings = [] } = await agreed(async () => withRemarks(await ask()), { kind: 'allow', remarks: wanted })
    const remarks = warnings.map((warning) => `, with the remark “${warning}”`).join('')
    this.#says(`\`${what}\` is **allowed**${remarks}.`)
  }

  /** @param expected what has to be found, at the latest after a moment */
  async shows(sentence: string, ask: () => Promise<unknown> | unknown, expected: string | string[]): Promise<void> {
    const found = await vi.waitFor(async () => {
      const answer = await ask()
      expect(answer, sentence).toEqual(expected)
      return expected
    }, waitMs)
    const words = [found].flat().map((word) => `\`${word}\``)
    this.#says(`${sentence}: ${words.length === 0 ? 'nothing' : words.join(', ')}.`)
  }

  #says(sentence: string): void {
    this.#lines.push(`  * ${steady(sentence, this.#names)}`)
  }
}

function withRemarks(answer: Answer): Answer & { remarks: number } {
  return { ...answer, remarks: answer.warnings?.length ?? 0 }
}

async function agreed(ask: Ask, expected: { kind: string; check?: CheckName; remarks?: number }): Promise<Answer> {
  return vi.waitFor(async () => {
    const answer = await ask()
    expect(answer).toMatchObject(expected)
    return answer
  }, waitMs)
}
