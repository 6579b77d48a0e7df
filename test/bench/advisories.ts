import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { importFromDisk } from '#appliance/advisories/index.ts'
import { outboundSchema } from '#common/outbound/index.ts'
import { AppViewScene } from '#test/component/appview/appview-scene.ts'
import { affectedEntry, osvEntry } from '#test/support/osv-entry.ts'
import { startPostgresServer } from '#test/support/postgres-server.ts'
import type { Measurement } from './results.ts'

/** Entries that a later file has anew: about what a day brings. */
const changedEvery = 1_000

/**
 * How fast advisories are taken over from a file of JSON lines by the appliance's importer, into an AppView in this same process: all
 * of them, then nothing new, then a few that have changed.
 */
export async function measureAdvisories({ entries }: { entries: number }): Promise<Measurement[]> {
  await using postgres = await startPostgresServer()
  process.env['ATOLL_TEST_DATABASE_URL'] = postgres.url
  await using scene = await AppViewScene.opens()
  await scene.starts()
  const folder = await mkdtemp(join(tmpdir(), 'atoll-advisories-'))
  try {
    const [first, later] = [join(folder, 'first.jsonl'), join(folder, 'later.jsonl')]
    await write(first, entries, () => false)
    await write(later, entries, (at) => at % changedEvery === 0)
    const speeds = [
      ['first import', await speedOf(scene, first, { added: entries })],
      ['nothing new', await speedOf(scene, first, { unchanged: entries })],
      ['one in a thousand changed', await speedOf(scene, later, { changed: Math.ceil(entries / changedEvery) })],
    ] as const
    return speeds.map(([what, value]) => ({
      bench: 'advisories',
      case: `${what}, ${entries} entries`,
      metric: 'speed',
      unit: 'entries/s',
      value: Math.round(value),
      peers: {},
      ratios: {},
    }))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** @param expected what it must come to */
async function speedOf(scene: AppViewScene, path: string, expected: Record<string, number>): Promise<number> {
  const appview = await scene.callsAs('appliance')
  const admin = { appview } as Parameters<typeof importFromDisk>[1]['admin']
  const [outbound, stop] = [outboundSchema.parse({}), new AbortController().signal]
  const began = performance.now()
  const outcome = await importFromDisk(path, { admin, source: 'bench', outbound, stop, report() {} })
  const seconds = (performance.now() - began) / 1000
  for (const [what, count] of Object.entries(expected)) {
    if (outcome[what as 'added'] !== count) throw new Error(JSON.stringify(outcome))
  }
  return outcome.read / seconds
}

/** Half of them malware with its versions, as in OSV's archive of npm; the other half with ranges. */
async function write(path: string, entries: number, isNewer: (at: number) => boolean): Promise<void> {
  function* lines(): Generator<string> {
    for (let at = 0; at < entries; at += 1) yield `${JSON.stringify(entry(at, isNewer(at)))}\n`
  }
  await pipeline(Readable.from(lines()), createWriteStream(path))
}

function entry(at: number, newer: boolean): object {
  const name = `package-${at % 60_000}`
  const common = {
    details: 'What it does, and to whom. '.repeat(30),
    ...(newer ? { modified: '2026-04-01T00:00:00Z' } : {}),
  }
  if (at % 2 === 0) {
    const affected = [{ package: { ecosystem: 'npm', name }, versions: ['1.0.0', '1.0.1', '99.0.0'] }]
    return osvEntry({ ...common, id: `MAL-2026-${at}`, aliases: [], affected })
  }
  const events = [{ introduced: '0' }, { fixed: `1.${at % 50}.0` }, { introduced: '2.0.0' }, { fixed: '2.3.4' }]
  return osvEntry({
    ...common,
    id: `GHSA-bench-${at}`,
    aliases: [`CVE-2026-${at}`],
    affected: [affectedEntry(name, events)],
  })
}
