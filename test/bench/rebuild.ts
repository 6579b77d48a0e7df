import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import type { RebuildOutcome } from '#appview/index.ts'
import { app } from '#lexicons'
import { AppViewScene } from '#test/component/appview/appview-scene.ts'
import { alone, attests, drafts, permits } from '#test/component/appview/deeds.ts'
import { atollProgram } from '#test/support/atoll-command.ts'
import { startPostgresServer } from '#test/support/postgres-server.ts'
import type { Write } from '#test/support/repo-author.ts'
import type { Measurement } from './results.ts'

const versionsOfPackage = 50
/** As many as a commit may hold (https://atproto.com/specs/repository). */
const batchSize = 200
const pollMs = 20

/**
 * How fast an index is read from the repositories, how much memory that takes, and how long readers wait for the swap: first by the
 * AppView itself, into nothing, then by `atoll appview rebuild` beside it.
 */
export async function measureRebuild({ versions }: { versions: number }): Promise<Measurement[]> {
  await using postgres = await startPostgresServer()
  process.env['ATOLL_TEST_DATABASE_URL'] = postgres.url
  await using scene = await AppViewScene.opens()
  await publish(scene, versions)
  const began = performance.now()
  await scene.starts()
  await untilReady(scene)
  const fillSeconds = (performance.now() - began) / 1000
  const { outcome, seconds, peakBytes } = await rebuild(scene)
  if (!outcome.identical || !outcome.swapped) throw new Error(JSON.stringify(outcome))
  const records = outcome.index.find(({ table }) => table === 'record')?.rows ?? 0
  const of = (what: string, metric: string, unit: string, value: number): Measurement => ({
    bench: 'rebuild',
    case: `${what}, ${versions} versions`,
    metric,
    unit,
    value: Math.round(value * 10) / 10,
    peers: {},
    ratios: {},
  })
  return [
    of('first filling', 'time', 's', fillSeconds),
    of('first filling', 'speed', 'records/s', records / fillSeconds),
    of('rebuild', 'time', 's', seconds),
    of('rebuild', 'speed', 'records/s', records / seconds),
    of('rebuild', 'peak RSS', 'MiB', peakBytes / 2 ** 20),
    of('rebuild', 'readers wait', 'ms', outcome.exclusiveMs ?? 0),
  ]
}

/** Packages, their versions, and an attestation of each. */
async function publish({ parts: { acme, alice } }: AppViewScene, versions: number): Promise<void> {
  const rules = [
    permits(acme, 'everyone-reads', { subject: 'everyone', action: 'read' }),
    permits(acme, 'alice-publishes', { subject: alice.did, action: 'publish' }),
  ]
  const [ofAcme, ofAlice]: Write[][] = [rules.map(({ write }) => write), rules.map(({ approval }) => approval())]
  for (let at = 0; at < versions; at += 1) {
    const number = at % versionsOfPackage
    const name = `@acme.test/package-${Math.floor(at / versionsOfPackage)}`
    const draft = await drafts(acme, { name, version: `1.${number}.0`, manifest: describing })
    ofAcme?.push(...(number === 0 ? draft.writes : alone(draft)))
    ofAlice?.push(attests(acme, draft))
  }
  for (const [author, writes = []] of [
    [acme, ofAcme],
    [alice, ofAlice],
  ] as const) {
    for (let start = 0; start < writes.length; start += batchSize) {
      await author.writes(writes.slice(start, start + batchSize))
    }
  }
}

/** About as much as package.json files have. */
const describing = {
  description: 'A package as companies have hundreds of them, with nothing special in it.',
  keywords: ['internal', 'ui', 'platform'],
  license: 'UNLICENSED',
  main: './dist/index.js',
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
  scripts: { build: 'tsc', test: 'vitest run', lint: 'eslint .', prepublishOnly: 'npm run build' },
  dependencies: Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`dependency-${at}`, `^${at}.2.1`])),
  devDependencies: Object.fromEntries(Array.from({ length: 15 }, (_, at) => [`tool-${at}`, `~${at}.0.4`])),
}

async function untilReady(scene: AppViewScene): Promise<void> {
  const appliance = await scene.callsAs('appliance')
  while (!(await appliance.call(app.npm.registry.getStatus, {})).ready) await pause(pollMs)
}

/** In a process of its own, as it is run. */
async function rebuild({ parts: { config } }: AppViewScene) {
  const file = join(config.dataDir, 'appview.json')
  await writeFile(file, JSON.stringify(config))
  const child = spawn(process.execPath, [atollProgram, 'appview', 'rebuild', '--config', file, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let peakBytes = 0
  const watch = setInterval(async () => {
    // proc_pid_status(5): the most it ever had.
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    peakBytes = Math.max(peakBytes, Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024)
  }, pollMs)
  const [stdout] = await Promise.all([text(child.stdout), once(child, 'exit')])
  clearInterval(watch)
  const { seconds, ...outcome } = JSON.parse(stdout) as RebuildOutcome & { seconds: number }
  return { outcome, seconds, peakBytes }
}
