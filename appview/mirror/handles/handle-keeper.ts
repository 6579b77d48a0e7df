import { Rounds } from '#common/rounds/index.ts'
import { forEachBounded } from '#common/slots/index.ts'
import { publicNetwork as network } from '../../schema/index.ts'
import type { MirrorContext } from '../context.ts'
import { keepHandle, retriesPerRound } from './keep-handle.ts'

const page = 100
const atOnce = 8
const longestPollMs = 60_000
const shortestPollMs = 1_000
const hourMs = 3_600_000
const restMs = 1_000

/** Asks whose handles are: of an account that is new or has another one at once, of all others every day, for domains change hands. */
export class HandleKeeper implements AsyncDisposable {
  readonly #context: MirrorContext
  readonly #rounds: Rounds

  constructor(context: MirrorContext) {
    this.#context = context
    const pollMs = (context.config.discoverHours * hourMs) / retriesPerRound
    const waitMs = Math.min(Math.max(pollMs, shortestPollMs), longestPollMs)
    this.#rounds = new Rounds({
      work: async (signal) => {
        while ((await this.#page(signal)) === page && !signal.aborted);
        return waitMs
      },
      failed: (err) => context.log.warn({ err }, 'handles cannot be asked for at the moment'),
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

  /** Each that was asked falls due later, whatever came of it: those whose name servers are silent are in nobody's way. */
  async #page(signal: AbortSignal): Promise<number> {
    const { db, clock } = this.#context
    const due = await db
      .selectFrom('mirror_repo')
      .where('network', '=', network)
      .where('handle', 'is not', null)
      .where((eb) => eb.or([eb('handle_due_at', 'is', null), eb('handle_due_at', '<=', new Date(clock.now()))]))
      // What people install by goes first, however many are new.
      .orderBy('handle_verified', 'desc')
      .orderBy('handle_due_at', (order) => order.asc().nullsFirst())
      .limit(page)
      .select('did')
      .execute()
    await forEachBounded(due, atOnce, async ({ did }) => {
      if (!signal.aborted) await keepHandle(this.#context, did)
    })
    return due.length
  }
}
