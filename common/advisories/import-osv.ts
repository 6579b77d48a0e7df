import type { Advisory } from './advisory.ts'
import { MalformedAdvisory, parseOsv } from './parse-osv.ts'
import type { OsvEntry } from './read/entry.ts'

/** Where advisories are kept. */
export interface AdvisorySink {
  /** Which of these revisions are news there. */
  select(revisions: readonly Pick<Advisory, 'id' | 'modified'>[]): Promise<ReadonlySet<string>>
  keep(advisories: readonly Advisory[]): Promise<KeptAdvisories>
}

export interface KeptAdvisories {
  added: number
  changed: number
  unchanged: number
}

export interface ImportedOsv extends KeptAdvisories {
  /** Entries of the source. */
  read: number
  /** Those that speak of no npm package. */
  others: number
  /** Those kept that are withdrawn. */
  withdrawn: number
  malformed: number
  /** The first of the malformed ones. */
  problems: { name: string; reason: string }[]
}

const batchSize = 1_000
const batchBytes = 8 * 2 ** 20
const maxProblems = 10

/**
 * Takes over what is news in a source. Killed at any moment, it has kept what it has, and the next run passes over that.
 * @param report called with what was read so far, after each entry
 * @throws what the source throws when it cannot be read any further
 */
export async function importOsv(
  entries: AsyncIterable<OsvEntry>,
  sink: AdvisorySink,
  { report = () => {}, stop }: { report?(so: Readonly<ImportedOsv>): void; stop?: AbortSignal } = {},
): Promise<ImportedOsv> {
  const done = { read: 0, others: 0, withdrawn: 0, malformed: 0, problems: [], added: 0, changed: 0, unchanged: 0 }
  const outcome: ImportedOsv = done
  let batch = new Map<string, Advisory>()
  let bytes = 0
  // While one batch is on its way, the next is read; more would only wait.
  let sending: Promise<void> = Promise.resolve()
  const send = async () => {
    await sending
    const full = [...batch.values()]
    ;[batch, bytes] = [new Map(), 0]
    sending = sendBatch(full, sink, outcome)
    // It is awaited before the next one; until then its failure is nobody's.
    sending.catch(() => {})
  }
  for await (const entry of entries) {
    stop?.throwIfAborted()
    outcome.read += 1
    const advisory = readEntry(entry, outcome)
    if (advisory !== undefined) {
      // An id twice in one source: the newer revision.
      if ((batch.get(advisory.id)?.modified ?? '') < advisory.modified) batch.set(advisory.id, advisory)
      bytes += entry.bytes
    }
    if (batch.size >= batchSize || bytes >= batchBytes) await send()
    report(outcome)
  }
  await send()
  await sending
  report(outcome)
  return outcome
}

function readEntry(entry: OsvEntry, outcome: ImportedOsv): Advisory | undefined {
  if ('problem' in entry) return refuse(outcome, entry.name, entry.problem)
  try {
    const advisory = parseOsv(entry.value)
    if (advisory === undefined) outcome.others += 1
    return advisory
  } catch (error) {
    if (!(error instanceof MalformedAdvisory)) throw error
    return refuse(outcome, entry.name, error.message)
  }
}

function refuse(outcome: ImportedOsv, name: string, reason: string): undefined {
  outcome.malformed += 1
  if (outcome.problems.length < maxProblems) outcome.problems.push({ name, reason })
}

async function sendBatch(batch: readonly Advisory[], sink: AdvisorySink, outcome: ImportedOsv): Promise<void> {
  if (batch.length === 0) return
  const wanted = await sink.select(batch)
  const news = batch.filter(({ id }) => wanted.has(id))
  outcome.unchanged += batch.length - news.length
  if (news.length === 0) return
  const { added, changed, unchanged } = await sink.keep(news)
  outcome.added += added
  outcome.changed += changed
  outcome.unchanged += unchanged
  outcome.withdrawn += news.filter(({ withdrawn }) => withdrawn !== undefined).length
}
