import { Rounds } from '#common/rounds/index.ts'
import { publicNetwork as network } from '../../schema/index.ts'
import { type DuePackage, duePackages } from './due-packages.ts'
import { type RenderContext, renderPublic } from './render-public.ts'

const pollMs = 2_000
const restMs = 1_000
const firstRetryMs = 1_000
const longestRetryMs = 3_600_000

/** Renders public packages in which something changed: what a kill leaves undone is in the table that says what is. */
export class PublicRenderer implements AsyncDisposable {
  readonly #context: RenderContext
  readonly #rounds: Rounds
  /** The last account whose turn it was. */
  #after = ''

  constructor(context: RenderContext) {
    this.#context = context
    this.#rounds = new Rounds({
      work: async (signal) => {
        while ((await this.#page(signal)) && !signal.aborted);
        return pollMs
      },
      failed: (err) => context.log.warn({ err }, 'public packages cannot be rendered at the moment'),
      restMs,
      wakesFromRest: true,
    })
  }

  wake(): void {
    this.#rounds.ring()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rounds[Symbol.asyncDispose]()
  }

  /** @returns whether there may be more */
  async #page(signal: AbortSignal): Promise<boolean> {
    const { db, now, isInsideKnown } = this.#context
    // Before, one of ours would be taken for somebody else, and copies of what was not read yet for made up.
    if ((await isInsideKnown?.()) === false) return false
    const { due, last } = await duePackages(db, this.#after, now())
    this.#after = last ?? ''
    for (const one of due) {
      if (signal.aborted) break
      await renderPublic(this.#context, one).catch((err: unknown) => this.#putOff(one, err))
    }
    return due.length > 0 || last !== undefined
  }

  /** One that cannot be rendered must not hold up those behind it. */
  async #putOff({ did, name, failures }: DuePackage, err: unknown): Promise<void> {
    const { db, log, now } = this.#context
    log.warn({ did, name, err }, 'a public package cannot be rendered; it is tried again later')
    const waitMs = Math.min(firstRetryMs * 2 ** Math.min(failures, 20), longestRetryMs)
    await db
      .updateTable('mirror_due')
      .where('network', '=', network)
      .where('did', '=', did)
      .where('name', '=', name)
      .set({ due_at: new Date(now().getTime() + waitMs), failures: failures + 1 })
      .execute()
  }
}
