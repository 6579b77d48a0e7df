import { AtollError } from '#common/errors/index.ts'
import { Rounds } from '#common/rounds/index.ts'
import type { PromotionContext } from './context.ts'
import { follow, noTurns, type Turns } from './follow/index.ts'
import { hasReached, type Promotion, stands } from './promotion.ts'
import { findPromotion, listPromotions, organisations } from './promotions.ts'
import { promotionSteps } from './steps/index.ts'
import { tellWhoDecides } from './tell-who-decides.ts'

// What waits is looked after often at first, for somebody is watching, and then seldom.
const shortestMs = 1_000
const longestMs = 60_000
const idleMs = 30_000

/**
 * Makes approved promotions public, one after the other, for as long as that takes, and lets later versions follow. What is done is in
 * the repositories; here are only the problems of the last tries.
 */
export class Promoter implements AsyncDisposable {
  readonly #context: PromotionContext
  readonly #rounds: Rounds
  /** CID of a promotion → why its last try failed. */
  readonly #problems = new Map<string, string>()
  /** And why something of its package does not follow. */
  readonly #notFollowing = new Map<string, string>()
  /** CID of a promotion → how far the rounds through its package's later versions came. */
  readonly #turns = new Map<string, Turns>()
  /** CIDs of the requests that those who may decide were told of. */
  readonly #told = new Set<string>()
  #counts = { decision: 0, work: 0, public: 0, withdrawn: 0 }
  #tries = 0

  constructor(context: PromotionContext) {
    this.#context = context
    const { log } = context
    const failed = (err: unknown) => log.error({ err }, 'promotions could not be looked after')
    this.#rounds = new Rounds({ work: (signal) => this.#work(signal), failed, restMs: longestMs, wakesFromRest: true })
  }

  /** Something was asked for or approved, or a version may follow. */
  wake(): void {
    this.#tries = 0
    this.#rounds.ring()
  }

  problemOf({ cid }: Pick<Promotion, 'cid'>): string | undefined {
    return this.#problems.get(cid) ?? this.#notFollowing.get(cid)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rounds[Symbol.asyncDispose]()
  }

  /** As the last round found them. */
  readings(): { value: number; labels: { state: string } }[] {
    const problem = new Set([...this.#problems.keys(), ...this.#notFollowing.keys()]).size
    return Object.entries({ ...this.#counts, problem }).map(([state, value]) => ({ value, labels: { state } }))
  }

  async #work(signal: AbortSignal): Promise<number> {
    let waiting = false
    const counts = { decision: 0, work: 0, public: 0, withdrawn: 0 }
    for await (const org of organisations(this.#context.host)) {
      for (const promotion of await listPromotions(this.#context.host, org)) {
        if (signal.aborted) return 0
        counts[groupOf(promotion)] += 1
        if (!(await this.#goesOn(promotion))) waiting = true
        if (!(await this.#isToldOf(promotion))) waiting = true
      }
      if (!(await this.#keeps(org))) waiting = true
    }
    this.#counts = counts
    if (!waiting) this.#tries = 0
    return waiting ? Math.min(longestMs, shortestMs * 2 ** this.#tries++) : idleMs
  }

  /** @returns whether it is where it should be */
  async #goesOn(promotion: Promotion): Promise<boolean> {
    try {
      if (stands(promotion)) await takeSteps(this.#context, promotion)
      note(this.#problems, promotion, undefined)
      return true
    } catch (error) {
      const { org, request } = promotion
      this.#context.log.warn({ err: error, org, package: request.name, id: request.id }, 'a promotion waits')
      note(this.#problems, promotion, described(error))
      return false
    }
  }

  /** @returns whether who may decide it knows */
  async #isToldOf(promotion: Promotion): Promise<boolean> {
    const { cid, org, request, state } = promotion
    if (state !== 'requested' || this.#told.has(cid)) return true
    try {
      await tellWhoDecides(this.#context, promotion)
      this.#told.add(cid)
      return true
    } catch (err) {
      this.#context.log.warn({ err, org, package: request.name }, 'who may approve a promotion cannot be told yet')
      return false
    }
  }

  /** What became public follows what is said of it inside; a package that does not holds up no other. @returns whether all do */
  async #keeps(org: string): Promise<boolean> {
    const { host, log } = this.#context
    const all = (await listPromotions(host, org)).filter((each) => hasReached(each, 'projected'))
    let keeps = true
    for (const name of new Set(all.map(({ request }) => request.name))) {
      const ofPackage = all.filter(({ request }) => request.name === name)
      const [latest] = ofPackage.slice(-1)
      if (latest === undefined) continue
      const turns = this.#turns.get(latest.cid) ?? noTurns()
      this.#turns.set(latest.cid, turns)
      try {
        note(
          this.#notFollowing,
          latest,
          await follow(this.#context, { org, name, promotions: ofPackage, latest, turns }),
        )
      } catch (error) {
        log.warn({ err: error, org, package: name }, 'a public package does not follow')
        note(this.#notFollowing, latest, described(error))
        keeps = false
      }
    }
    return keeps
  }
}

function groupOf(promotion: Promotion): 'decision' | 'work' | 'public' | 'withdrawn' {
  if (promotion.state === 'withdrawn') return 'withdrawn'
  if (promotion.state === 'requested') return 'decision'
  return hasReached(promotion, 'seen') ? 'public' : 'work'
}

function note(problems: Map<string, string>, { cid }: Promotion, problem: string | undefined): void {
  if (problem === undefined) problems.delete(cid)
  else problems.set(cid, problem)
}

function described(error: unknown): string {
  return error instanceof AtollError ? error.message : 'it failed; the log says why'
}

/** Each step sees what the one before has written down, and whether somebody withdrew it meanwhile. */
async function takeSteps(context: PromotionContext, { org, request }: Promotion): Promise<void> {
  const { host, log } = context
  for (const step of promotionSteps) {
    const now = await findPromotion(host, org, request.id)
    if (now === undefined || !stands(now)) return
    if (hasReached(now, step.reaches) || step.isWanted?.(context) === false) continue
    await step.take(context, now)
    log.info({ org, package: request.name, id: request.id, state: step.reaches }, 'a promotion goes on')
  }
}
