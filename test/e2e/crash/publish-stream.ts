import { EventEmitter, once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { type Developer, type PackedVersion, packVersion } from '#test/support/developer.ts'
import type { RegistryAnswer } from '#test/support/publish-request.ts'

/** What a person sees of a publish. */
type Stage = 'asking' | 'approving' | 'sending'

interface StreamEvents {
  stage: [Stage]
  acknowledged: [PackedVersion]
  ended: []
}

const patienceMs = 60_000
const betweenAttemptsMs = 300

/** Somebody who publishes one version after the other, and does not give up when the box is in trouble. */
export class PublishStream {
  readonly acknowledged: PackedVersion[] = []
  /** What went wrong on the way, for the message when somebody gives up. */
  readonly troubles: string[] = []
  readonly #developer: Developer
  readonly #name: string
  readonly #events = new EventEmitter<StreamEvents>()
  #stopping = false
  #failure: Error | undefined

  constructor(developer: Developer, name: string) {
    this.#developer = developer
    this.#name = name
    // Each of those who wait listens for the end, too.
    this.#events.setMaxListeners(50)
    void this.#run()
  }

  /** Settles when a publish reaches this stage. */
  async reaches(stage: Stage): Promise<void> {
    while ((await this.#next('stage'))[0] !== stage);
  }

  /** Settles when so many more are acknowledged. */
  async acknowledges(count: number): Promise<void> {
    for (let seen = 0; seen < count; seen += 1) await this.#next('acknowledged')
  }

  /** Lets the publish under way finish. */
  async stop(): Promise<void> {
    const ended = once(this.#events, 'ended')
    this.#stopping = true
    await ended
    if (this.#failure !== undefined) throw this.#failure
  }

  async #next<Name extends 'stage' | 'acknowledged'>(name: Name): Promise<StreamEvents[Name]> {
    const waiting = new AbortController()
    const { signal } = waiting
    try {
      const happened = once(this.#events, name, { signal }) as Promise<StreamEvents[Name]>
      const over = once(this.#events, 'ended', { signal }).then(() => {
        throw this.#failure ?? new Error('the stream has ended')
      })
      return await Promise.race([happened, over])
    } finally {
      waiting.abort()
    }
  }

  async #run(): Promise<void> {
    try {
      for (let patch = 0; !this.#stopping; patch += 1) {
        const packed = await packVersion({ name: this.#name, version: `1.0.${patch}` })
        await this.#publishWithPatience(packed)
        this.acknowledged.push(packed)
        this.#events.emit('acknowledged', packed)
      }
    } catch (error) {
      this.#failure = error as Error
    }
    this.#events.emit('ended')
  }

  async #publishWithPatience(packed: PackedVersion): Promise<void> {
    const until = Date.now() + patienceMs
    while (!(await this.#attempt(packed))) {
      if (Date.now() > until) throw new Error(`${packed.version} cannot be published:\n${this.troubles.join('\n')}`)
      await pause(betweenAttemptsMs)
    }
  }

  /** One `npm publish`. @returns whether the version is acknowledged */
  async #attempt(packed: PackedVersion): Promise<boolean> {
    try {
      this.#events.emit('stage', 'asking')
      const asked = await this.#developer.put(packed)
      if (isThere(asked)) return true
      if (asked.body.authUrl === undefined) return this.#note(packed, asked)
      this.#events.emit('stage', 'approving')
      const code = await this.#developer.approve(asked.body)
      this.#events.emit('stage', 'sending')
      const answer = await this.#developer.put(packed, code)
      return [200, 201].includes(answer.status) || isThere(answer) || this.#note(packed, answer)
    } catch (error) {
      return this.#note(packed, error as Error)
    }
  }

  #note({ version }: PackedVersion, trouble: RegistryAnswer | Error): false {
    const cause = trouble instanceof Error ? (trouble.cause as Error | undefined) : undefined
    const what =
      trouble instanceof Error
        ? `${trouble.message} ${cause?.message ?? ''}`
        : `${trouble.status} ${trouble.body.error}`
    this.troubles.push(`${new Date().toISOString()} ${version}: ${what}`)
    return false
  }
}

/** An earlier attempt got through, but its answer did not. */
function isThere({ status, body }: RegistryAnswer): boolean {
  return status === 403 && (body.error ?? '').startsWith('You cannot publish over')
}
