import type { PromotionWaiver } from '#common/operations/index.ts'
import type { ClosureMember, Finding, Waived, Waiver } from '#common/promotion/index.ts'
import { Slots } from '#common/slots/index.ts'
import type { GatherContext } from './gather-context.ts'
import { type AskedPreflight, gatherSubject } from './gather-subject.ts'

export interface Preflight extends Waived {
  unread: Awaited<ReturnType<typeof run>>['unread']
  /** Private packages it needs. */
  closure: ClosureMember[]
}

// It reads tarballs of up to half a gigabyte; whoever asks meanwhile waits for a while.
const bounds = { count: 1, maxWaiting: 8 }

/** Reads what would be public. One at a time: it takes memory and a processor. */
export class Preflights {
  readonly #context: GatherContext
  readonly #slots = new Slots(bounds)

  constructor(context: GatherContext) {
    this.#context = context
  }

  /** @throws NotFound, InvalidWaiver, TooManyRequests, ComponentUnavailable */
  async run(asked: AskedPreflight, waivers: readonly PromotionWaiver[] = []): Promise<Preflight> {
    using _ = await this.#slots.take()
    return await run(this.#context, asked, waivers as readonly Waiver[])
  }

  /**
   * Reads what comes to a package that is public already.
   * @param file what it is, in parentheses
   * @throws NotFound, InvalidWaiver, ComponentUnavailable
   */
  async read(
    asked: Pick<AskedPreflight, 'org' | 'name'>,
    { file, message }: { file: string; message: string },
    waivers: readonly PromotionWaiver[] = [],
  ): Promise<readonly Finding[]> {
    const { applyWaivers, readMessage } = await import('#common/promotion/index.ts')
    const subject = await gatherSubject(this.#context, { ...asked, versions: [], together: [] })
    return applyWaivers(await readMessage(subject, file, message), waivers as readonly Waiver[]).open
  }
}

async function run(context: GatherContext, asked: AskedPreflight, waivers: readonly Waiver[]) {
  // Loaded when it is needed: rules for secrets are megabytes of code.
  const { applyWaivers, checkWaivers, privateClosure, runPreflight } = await import('#common/promotion/index.ts')
  checkWaivers(waivers)
  const subject = await gatherSubject(context, asked)
  const { findings, unread } = await runPreflight(subject)
  const manifests = subject.versions.map(({ record }) => JSON.parse(Buffer.from(record.manifest).toString('utf8')))
  return { ...applyWaivers(findings, waivers), unread, closure: privateClosure(manifests, subject.names) }
}

/** In one line, for a status or an error. */
export function describeOpen(open: readonly Finding[]): string {
  const [first] = open
  if (first === undefined) return 'nothing'
  const more = open.length > 1 ? `, and ${open.length - 1} more` : ''
  return `${first.code}: ${first.message}${more}`
}
