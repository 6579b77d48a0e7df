import { Secp256k1Keypair } from '@atproto/crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type ExportLine,
  endText,
  genesisHash,
  hashEntry,
  hashOfSeal,
  type Seal,
  sealText,
  signText,
  verifyExport,
} from '#common/audit/index.ts'

type Entry = Extract<ExportLine, { type: 'entry' }>

let sealer: Secp256k1Keypair
let lines: ExportLine[]
beforeAll(async () => {
  sealer = await Secp256k1Keypair.create()
  lines = await exported(sealer)
})

/** Two batches, of three and two entries, as an honest box exports them. */
async function exported(keypair: Secp256k1Keypair): Promise<ExportLine[]> {
  const made: ExportLine[] = [{ type: 'header', version: 1, key: keypair.did() }]
  let previousHash = genesisHash.toString('hex')
  let previousSeal = '0'.repeat(64)
  for (const [number, seqs] of [
    [1, [1, 2, 4]],
    [2, [5, 6]],
  ] as const) {
    const before = previousHash
    for (const seq of seqs) {
      const fields = {
        actor: 'did:plc:alice',
        action: 'operation.done',
        subject: `at://x/${seq}`,
        details: { op: 'x', n: seq },
      }
      const at = `2026-11-01T00:00:0${seq}.000Z`
      const hashed = { ...fields, at: new Date(at), details: JSON.stringify(fields.details) }
      const hash = hashEntry(Buffer.from(previousHash, 'hex'), hashed).toString('hex')
      made.push({ type: 'entry', seq, at, ...fields, previousHash, hash })
      previousHash = hash
    }
    const range = { first: seqs[0], last: seqs[seqs.length - 1] ?? 0, count: seqs.length }
    const seal: Seal = {
      number,
      ...range,
      previousHash: before,
      head: previousHash,
      previousSeal,
      sealedAt: '2026-11-01T00:01:00.000Z',
    }
    previousSeal = hashOfSeal(sealText(seal))
    made.push({ type: 'seal', ...(await signText(keypair, sealText(seal))) })
  }
  const end = endText({ first: 1, last: 2, head: previousHash, signedAt: '2026-11-01T00:02:00.000Z' })
  return [...made, { type: 'end', ...(await signText(keypair, end)) }]
}

const check = (changed: readonly ExportLine[], key = sealer.did()) =>
  verifyExport(
    changed.map((line) => JSON.stringify(line)),
    key,
  )

/** The same with an entry changed, and its hash with it if that is asked for. */
function withEntry(seq: number, change: Partial<Entry>): ExportLine[] {
  return lines.map((line) => (line.type === 'entry' && line.seq === seq ? { ...line, ...change } : line))
}

function rehashed(entry: Entry): Entry {
  const hashed = { ...entry, at: new Date(entry.at), details: JSON.stringify(entry.details) }
  return { ...entry, hash: hashEntry(Buffer.from(entry.previousHash, 'hex'), hashed).toString('hex') }
}

it('finds nothing wrong with what an honest box exports', async () => {
  expect(await check(lines)).toEqual({
    entries: 5,
    seals: 2,
    from: 1,
    to: 2,
    completeAsOf: '2026-11-01T00:02:00.000Z',
    broken: undefined,
  })
})

describe('it is found, and where, that', () => {
  const without = (unwanted: (line: ExportLine, at: number) => boolean) =>
    lines.filter((line, at) => !unwanted(line, at))
  const isEntry = (seq: number) => (line: ExportLine) => line.type === 'entry' && line.seq === seq

  it.each(['actor', 'action', 'subject'] as const)('%s of an entry was changed', async (field) => {
    const { broken } = await check(withEntry(2, { [field]: 'did:plc:mallory' }))
    expect(broken).toEqual({ line: 3, seq: 2, reason: 'entry 2 was changed' })
  })

  it('its time or its details were', async () => {
    for (const change of [{ at: '2026-11-02T00:00:00.000Z' }, { details: { op: 'y', n: 2 } }]) {
      expect((await check(withEntry(2, change))).broken).toMatchObject({ seq: 2, reason: 'entry 2 was changed' })
    }
  })

  it('an entry was changed and hashed again', async () => {
    const changed = lines.map((line) =>
      line.type === 'entry' && line.seq === 2 ? rehashed({ ...line, actor: 'did:plc:mallory' }) : line,
    )
    expect((await check(changed)).broken).toMatchObject({ line: 4, seq: 4 })
  })

  it('an entry was taken out: of the middle, the beginning, the end of a batch', async () => {
    expect((await check(without(isEntry(2)))).broken?.reason).toContain('entry 4 does not follow')
    expect((await check(without(isEntry(1)))).broken?.reason).toContain(
      'seal 1 is of 3 entries, 1 to 4, and here are 2',
    )
    expect((await check(without(isEntry(4)))).broken?.reason).toContain('seal 1 is of 3 entries')
  })

  it('two entries changed places', async () => {
    const [header, first, second, ...rest] = lines as [ExportLine, ExportLine, ExportLine, ...ExportLine[]]
    expect((await check([header, second, first, ...rest])).broken).toMatchObject({ line: 3 })
  })

  it('the end was cut off, anywhere', async () => {
    for (let kept = 1; kept < lines.length; kept += 1) {
      expect((await check(lines.slice(0, kept))).broken, `${kept} lines`).toBeDefined()
    }
    const lastBatchCut = [...lines.slice(0, 5), ...lines.slice(-1)]
    expect((await check(lastBatchCut)).broken?.reason).toContain('something was cut off')
  })

  it('the beginning was cut off', async () => {
    const withoutFirstBatch = [...lines.slice(0, 1), ...lines.slice(5)]
    expect((await check(withoutFirstBatch)).broken?.reason).toContain('something was cut off')
  })

  it('somebody else sealed it, or nobody', async () => {
    const other = await Secp256k1Keypair.create()
    const forged = await exported(other)
    expect((await check(forged)).broken).toMatchObject({ line: 1 })
    const headed = [lines[0] as ExportLine, ...forged.slice(1)]
    expect((await check(headed)).broken?.reason).toContain('the seal is not signed by')
    const withoutSeals = lines.filter(({ type }) => type !== 'seal')
    expect((await check(withoutSeals)).broken?.reason).toBe('entry 6 is in no sealed batch')
  })

  it('something was put in behind the end, or is nothing of an export', async () => {
    expect((await check([...lines, ...lines.slice(1, 2)])).broken?.reason).toBe('it comes after the end')
    expect((await verifyExport(['hello'], sealer.did())).broken).toMatchObject({ line: 1 })
  })
})
