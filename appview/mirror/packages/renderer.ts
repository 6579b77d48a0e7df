import { setTimeout as delay } from 'node:timers/promises'
import { publicNetwork as network } from '../../schema/index.ts'
import { type RenderContext, renderPublic } from './render-public.ts'

const page = 50
const pollMs = 2_000
const restMs = 1_000

/** Renders public packages in which something changed: what a kill leaves undone is in the table that says what is. */
export class PublicRenderer implements AsyncDisposable {
  readonly #context: RenderContext
  readonly #stop = new AbortController()
  readonly #done: Promise<void>
  #bell = Promise.withResolvers<void>()

  constructor(context: RenderContext) {
    this.#context = context
    this.#done = this.#run()
  }

  wake(): void {
    this.#bell.resolve()
    this.#bell = Promise.withResolvers()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.wake()
    await this.#done
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      const rung = this.#bell.promise
      let waitMs = pollMs
      try {
        if ((await this.#page()) === page) continue
      } catch (err) {
        if (signal.aborted) return
        this.#context.log.warn({ err }, 'a public package cannot be rendered at the moment')
        waitMs = restMs
      }
      await Promise.race([rung, delay(waitMs, undefined, { signal }).catch(() => {})])
    }
  }

  async #page(): Promise<number> {
    const due = await this.#context.db
      .selectFrom('mirror_due')
      .where('network', '=', network)
      .select(['did', 'name'])
      .limit(page)
      .execute()
    for (const one of due) {
      if (this.#stop.signal.aborted) break
      await renderPublic(this.#context, one)
    }
    return due.length
  }
}
