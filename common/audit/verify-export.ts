import { z } from 'zod'
import { genesisHash, hashEntry } from './hash-entry.ts'
import { hashOfSeal, isSignedBy, parseEnd, parseSeal, type Seal } from './seal.ts'

/** A line of an export. */
export type ExportLine =
  | { type: 'header'; version: 1; key: string }
  | {
      type: 'entry'
      seq: number
      at: string
      actor: string
      action: string
      subject: string
      details: object
      previousHash: string
      hash: string
    }
  | { type: 'seal' | 'end'; text: string; signature: string }

/** What a check of an export found. */
export interface AuditFinding {
  entries: number
  seals: number
  /** Numbers of its first and last seal. */
  from: number | undefined
  to: number | undefined
  /** When its end was signed: what came later is not in it. */
  completeAsOf: string | undefined
  broken: { line: number; seq: number | undefined; reason: string } | undefined
}

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const lineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('header'), version: z.literal(1), key: z.string() }),
  z.object({
    type: z.literal('entry'),
    seq: z.int(),
    at: z.iso.datetime(),
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    details: z.record(z.string(), z.unknown()),
    previousHash: hash,
    hash,
  }),
  z.object({ type: z.literal('seal'), text: z.string(), signature: z.string() }),
  z.object({ type: z.literal('end'), text: z.string(), signature: z.string() }),
])
type Line = z.output<typeof lineSchema>

interface Batch {
  first: number | undefined
  last: number | undefined
  count: number
  previousHash: string | undefined
}

const emptyBatch = (previousHash: string | undefined): Batch => ({
  first: undefined,
  last: undefined,
  count: 0,
  previousHash,
})

/**
 * Checks an export line by line, needing nothing but the public key: every entry hashes to what it says and follows the one before,
 * every batch is sealed, seals follow each other, and the end is the one that was signed.
 * @param key did:key of the component that seals
 * @returns the first thing that is wrong, if anything is
 */
export async function verifyExport(
  lines: AsyncIterable<string> | Iterable<string>,
  key: string,
): Promise<AuditFinding> {
  const check = new ExportCheck(key)
  let number = 0
  for await (const text of lines) {
    number += 1
    if (text.trim() === '') continue
    const reason = check.take(parseLine(text))
    if (reason !== undefined) return check.finding({ line: number, reason })
  }
  const reason = check.finish()
  return check.finding(reason === undefined ? undefined : { line: number, reason })
}

function parseLine(text: string): Line | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

class ExportCheck {
  readonly #key: string
  #previous: string | undefined
  #seq: number | undefined
  #batch = emptyBatch(undefined)
  #first: Seal | undefined
  #seal: { seal: Seal; text: string } | undefined
  #completeAsOf: string | undefined
  #entries = 0
  #seals = 0
  #started = false

  constructor(key: string) {
    this.#key = key
  }

  /** @returns what is wrong with the line */
  take(line: Line | undefined): string | undefined {
    if (line === undefined) return 'it is no line of an export'
    if (this.#completeAsOf !== undefined) return 'it comes after the end'
    if (line.type === 'header') return this.#takeHeader(line.key)
    if (!this.#started) return 'the first line is no header'
    if (line.type === 'entry') return this.#takeEntry(line)
    if (!isSignedBy(this.#key, line))
      return `the ${line.type === 'seal' ? 'seal' : 'end'} is not signed by ${this.#key}`
    return line.type === 'seal' ? this.#takeSeal(line.text) : this.#takeEnd(line.text)
  }

  finish(): string | undefined {
    return this.#completeAsOf === undefined ? 'the end is missing: something was cut off after this' : undefined
  }

  finding(broken: { line: number; reason: string } | undefined): AuditFinding {
    const counted = { entries: this.#entries, seals: this.#seals }
    const range = { from: this.#first?.number, to: this.#seal?.seal.number, completeAsOf: this.#completeAsOf }
    return { ...counted, ...range, broken: broken && { ...broken, seq: this.#seq } }
  }

  #takeHeader(key: string): string | undefined {
    if (this.#started) return 'a second header'
    this.#started = true
    return key === this.#key ? undefined : `it says that ${key} seals it, and not ${this.#key}`
  }

  #takeEntry(line: Extract<Line, { type: 'entry' }>): string | undefined {
    const { seq, at, actor, action, subject, details } = line
    const before = this.#seq
    this.#seq = seq
    if (before !== undefined && seq <= before) return `entry ${seq} is not in order`
    if (this.#previous !== undefined && line.previousHash !== this.#previous) {
      return `entry ${seq} does not follow the one before it: one was taken out, put in or moved`
    }
    const hashed = { at: new Date(at), actor, action, subject, details: JSON.stringify(details) }
    if (hashEntry(Buffer.from(line.previousHash, 'hex'), hashed).toString('hex') !== line.hash) {
      return `entry ${seq} was changed`
    }
    this.#batch.first ??= seq
    this.#batch.previousHash ??= line.previousHash
    this.#batch.last = seq
    this.#batch.count += 1
    this.#previous = line.hash
    this.#entries += 1
    return undefined
  }

  #takeSeal(text: string): string | undefined {
    const seal = parseSeal(text)
    if (seal === undefined) return 'it is no seal'
    const { first, last, count, previousHash } = this.#batch
    const fits =
      seal.first === first && seal.last === last && seal.count === count && seal.previousHash === previousHash
    if (!fits || seal.head !== this.#previous) {
      return `seal ${seal.number} is of ${seal.count} entries, ${seal.first} to ${seal.last}, and here are ${count}, ${first} to ${last}`
    }
    const order = this.#refuseOrder(seal)
    if (order !== undefined) return order
    this.#first ??= seal
    this.#seal = { seal, text }
    this.#seals += 1
    this.#batch = emptyBatch(seal.head)
    return undefined
  }

  #refuseOrder(seal: Seal): string | undefined {
    const before = this.#seal
    if (before === undefined) {
      const isFirst = seal.number > 1 || seal.previousHash === genesisHash.toString('hex')
      return isFirst ? undefined : 'seal 1 does not begin where the log begins'
    }
    const follows = seal.number === before.seal.number + 1 && seal.previousSeal === hashOfSeal(before.text)
    return follows ? undefined : `seal ${seal.number} does not follow seal ${before.seal.number}`
  }

  #takeEnd(text: string): string | undefined {
    const end = parseEnd(text)
    if (end === undefined) return 'it is no end'
    if (this.#batch.count > 0) return `entry ${this.#seq} is in no sealed batch`
    const [from, to] = [this.#first?.number ?? 0, this.#seal?.seal.number ?? 0]
    if (end.first !== from || end.last !== to || end.head !== (this.#previous ?? genesisHash.toString('hex'))) {
      return `the end is of seals ${end.first} to ${end.last}, and here are ${from} to ${to}: something was cut off`
    }
    this.#completeAsOf = end.signedAt
    return undefined
  }
}
