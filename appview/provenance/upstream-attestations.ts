import { z } from 'zod'
import type { Clock } from '#common/clock/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { PackageName } from '#common/names/index.ts'
import { compareWithRepository } from '#common/provenance/index.ts'
import { Slots } from '#common/slots/index.ts'
import { renderAgain } from '../due/due.ts'
import type { Db } from '../schema/index.ts'
import { chooseRegistry } from '../upstream/choose-registry.ts'
import type { Registry } from '../upstream/registry.ts'
import type { BundleJudge } from './judge-bundle.ts'
import { advertises, keepAnswer, keptAnswer, knownFile, namedRepository, whatUpstreamSays } from './upstream-answers.ts'

interface Options {
  db: Db
  registries: readonly Registry[]
  judge: BundleJudge
  log: Logger
  clock: Clock
}

const atOnce = 2
const maxWaiting = 500

const answerSchema = z.object({
  attestations: z.array(z.object({ predicateType: z.string(), bundle: z.unknown() })).max(20),
})
const provenancePrefix = 'https://slsa.dev/provenance/'

/**
 * Where versions of upstream were built. It is asked when somebody first asks for a version, its bytes or why it is held, in the background: of
 * most versions there are nobody here ever installs one, and nobody who installs one should wait for what is known of the others.
 */
export class UpstreamAttestations implements AsyncDisposable {
  readonly #options: Options
  readonly #slots = new Slots({ count: atOnce, maxWaiting })
  readonly #pending = new Map<string, Promise<void>>()

  constructor(options: Options) {
    this.#options = options
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#pending.values())
  }

  /** Somebody asks for this version: what its version says of where it was built is read, once. */
  wants(asked: PackageName, file: { file: string } | { version: string }): void {
    this.#read(asked, file).catch((err) => {
      this.#options.log.warn({ package: asked.exact, ...file, err }, 'attestations of upstream could not be read')
    })
  }

  /** What the registry answers about a version. @throws NotFound when it has nothing; UpstreamUnavailable */
  async answer(asked: PackageName, version: string): Promise<Buffer> {
    await this.#read(asked, { version })
    const registry = chooseRegistry(asked, this.#options.registries)
    const kept = registry && (await keptAnswer(this.#options.db, keyOf(registry, asked), version))
    if (kept === undefined) throw new AtollError('NotFound', { package: asked.exact, version })
    return kept.answer
  }

  #read(asked: PackageName, file: { file: string } | { version: string }): Promise<void> {
    const word = `${asked.exact} ${JSON.stringify(file)}`
    const pending = this.#pending.get(word)
    if (pending !== undefined) return pending
    const reading = this.#readNow(asked, file).finally(() => this.#pending.delete(word))
    this.#pending.set(word, reading)
    return reading
  }

  async #readNow(asked: PackageName, wanted: { file: string } | { version: string }): Promise<void> {
    const { db, registries, judge, clock } = this.#options
    const registry = chooseRegistry(asked, registries)
    if (registry === undefined) return
    const key = keyOf(registry, asked)
    using _slot = await this.#slots.take()
    const file = await knownFile(db, key, wanted)
    if (file?.integrity == null) return
    const { version, integrity } = file
    const kept = await keptAnswer(db, key, version)
    if (kept?.roots === judge.roots) return
    const told = await whatUpstreamSays(db, key)
    if (!advertises(told, version)) return
    const answer = kept?.answer ?? (await registry.attestations(asked.exact, version))
    if (answer === undefined) return
    const bundle = provenanceIn(answer)
    const judged = bundle && (await judge.judge(bundle, { name: asked.exact, version, integrity }))
    const build = judged?.verified?.build
    const ofRepository = build && compareWithRepository(build, namedRepository(told))
    const { verified, refusal } = judged ?? {}
    const row = { roots: judge.roots, answer: Buffer.from(answer), verified, refusal, ofRepository }
    await db.transaction().execute(async (tx) => {
      const now = new Date(clock.now())
      await keepAnswer(tx, { ...key, version }, row, now)
      await renderAgain(tx, [{ source: 'upstream', ...key }], now)
    })
  }
}

function keyOf({ name: registry }: Registry, { exact: name }: PackageName) {
  return { registry, name }
}

/** The bundle that is provenance; npm's registry has another, by which it says that it published the version. */
function provenanceIn(answer: Uint8Array): Buffer | undefined {
  const parsed = answerSchema.safeParse(parseJson(answer))
  const found = parsed.data?.attestations.find(({ predicateType }) => predicateType.startsWith(provenancePrefix))
  return found && Buffer.from(JSON.stringify(found.bundle))
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}
