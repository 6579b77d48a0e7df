import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Advisory, importOsv, readOsv } from '#common/advisories/index.ts'
import { osvEntry } from '#test/support/osv-entry.ts'
import { zipOf } from '#test/support/zip-of.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atoll-osv-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const entry = (number: number, changes: object = {}) => osvEntry({ id: `X-${number}`, ...changes })
const lines = (entries: unknown[]) => `${entries.map((one) => JSON.stringify(one)).join('\n')}\n`

/** Keeps by id, as the AppView does. */
function memory() {
  const kept = new Map<string, Advisory>()
  const batches: number[] = []
  return {
    kept,
    batches,
    async select(revisions: readonly Pick<Advisory, 'id' | 'modified'>[]) {
      return new Set(
        revisions.filter(({ id, modified }) => (kept.get(id)?.modified ?? '') < modified).map(({ id }) => id),
      )
    },
    async keep(advisories: readonly Advisory[]) {
      batches.push(advisories.length)
      const changed = advisories.filter(({ id }) => kept.has(id)).length
      for (const advisory of advisories) kept.set(advisory.id, advisory)
      return { added: advisories.length - changed, changed, unchanged: 0 }
    },
  }
}

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

describe('a source is read', () => {
  const entries = [entry(1), entry(2)]
  const sources: Record<string, () => Promise<string>> = {
    'as lines': () => file('all.jsonl', lines(entries)),
    'as a list': () => file('all.json', JSON.stringify(entries, null, 2)),
    'as a list on one line': () => file('all', JSON.stringify(entries)),
    'as an answer of its API': () => file('vulns.json', JSON.stringify({ vulns: entries })),
    'as an archive': () =>
      file(
        'all.zip',
        zipOf({ 'X-1.json': JSON.stringify(entries[0]), 'b/X-2.json': JSON.stringify(entries[1]), README: 'x' }),
      ),
    'as a folder': async () => {
      await mkdir(join(folder, 'deep', 'er'), { recursive: true })
      await file('X-1.json', JSON.stringify(entries[0]))
      await file('deep/er/X-2.json', JSON.stringify(entries[1], null, 2))
      await file('README.md', 'not me')
      return folder
    },
  }

  it.each(Object.keys(sources))('%s', async (kind) => {
    const sink = memory()
    const outcome = await importOsv(readOsv((await sources[kind]?.()) ?? ''), sink)
    expect(outcome).toMatchObject({ read: 2, added: 2, malformed: 0 })
    expect([...sink.kept.keys()].sort()).toEqual(['X-1', 'X-2'])
  })

  it('as one entry', async () => {
    const outcome = await importOsv(readOsv(await file('X-1.json', JSON.stringify(entries[0], null, 2))), memory())
    expect(outcome).toMatchObject({ read: 1, added: 1 })
  })
})

describe('an import', () => {
  it('names what is malformed, and goes on', async () => {
    const given = [
      lines([entry(1)]),
      'no JSON\n',
      lines([{ id: 'X-9' }, entry(2), { ...entry(3), affected: [] }]),
    ].join('')
    const outcome = await importOsv(readOsv(await file('all.jsonl', given)), memory())
    expect(outcome).toMatchObject({ read: 5, added: 2, others: 1, malformed: 2 })
    expect(outcome.problems).toEqual([
      { name: 'all.jsonl:2', reason: 'it is not JSON' },
      { name: 'all.jsonl:3', reason: expect.stringContaining('modified') },
    ])
  })

  it('names ten of them at most', async () => {
    const outcome = await importOsv(readOsv(await file('x.jsonl', `${lines([entry(1)])}${'x\n'.repeat(50)}`)), memory())
    expect([outcome.malformed, outcome.problems.length]).toEqual([50, 10])
  })

  it('brings what is news, in batches, and the newer of two revisions', async () => {
    const all = Array.from({ length: 2_500 }, (_, at) => entry(at))
    const path = await file(
      'all.jsonl',
      lines([...all, entry(7, { modified: '2026-04-01T00:00:00Z', summary: 'newer' }), entry(7)]),
    )
    const sink = memory()
    expect(await importOsv(readOsv(path), sink)).toMatchObject({ read: 2_502, added: 2_500, changed: 1 })
    expect(sink.kept.get('X-7')?.summary).toBe('newer')
    expect(Math.max(...sink.batches)).toBe(1_000)
    expect(await importOsv(readOsv(path), sink)).toMatchObject({ read: 2_502, added: 0, changed: 0 })
  })

  it('that is stopped goes on from there', async () => {
    const path = await file('all.jsonl', lines(Array.from({ length: 3_000 }, (_, at) => entry(at))))
    const sink = memory()
    const stop = new AbortController()
    const report = ({ read }: { read: number }) => {
      if (read === 2_500) stop.abort()
    }
    await expect(importOsv(readOsv(path), sink, { stop: stop.signal, report })).rejects.toThrow()
    const before = sink.kept.size
    expect(before).toBeGreaterThan(0)
    expect(await importOsv(readOsv(path), sink)).toMatchObject({ added: 3_000 - before, unchanged: before })
  })

  it('fails when what is kept cannot be kept', async () => {
    const sink = { ...memory(), keep: () => Promise.reject(new Error('full')) }
    await expect(importOsv(readOsv(await file('one.jsonl', lines([entry(1)]))), sink)).rejects.toThrow('full')
  })
})
