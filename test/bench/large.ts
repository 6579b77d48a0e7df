import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { createDemoPerson } from '#appliance/demo/person.ts'
import { Developer, packVersion } from '#test/support/developer.ts'
import { Machine } from '#test/support/machine.ts'
import { startSupervisedBox } from '#test/support/supervised-box.ts'
import { treePssBytes } from './memory.ts'
import type { Measurement } from './results.ts'

/** What a large tarball costs on its way through the box. */
export interface LargeRun {
  /** Of the tarball, as npm packed it. */
  bytes: number
  /** `npm publish`, packing and approval included. */
  publishSeconds: number
  /** The first download, which proves the version and fetches it from the org PDS. */
  firstDownloadSeconds: number
  /** The second, from the gateway's own disk. */
  secondDownloadSeconds: number
  /** Whether each download was what npm had said it published. */
  equal: boolean
  /** By component: MB (PSS) before, and the most there was. */
  memory: Record<string, { before: number; peak: number }>
}

const name = '@acme.test/large'
// The approval page is there when the people PDS has read all of it.
const patienceMs = 120_000
const sampleEveryMs = 200
const MB = 1_000_000

/** A package of random bytes, published and installed by the npm of this machine. @param megabytes of the package */
export async function runLarge(megabytes: number): Promise<LargeRun> {
  await using box = await startSupervisedBox()
  const alice = await Developer.signIn(box.gateway, 'alice', createDemoPerson('alice', { timeoutMs: patienceMs }))
  await warmUp(alice)
  const machine = await Machine.create({ registry: box.gateway, token: alice.token })
  try {
    const folder = await writeLargePackage(machine.home, megabytes)
    const before = (await treePssBytes(box.pid)).byCommand
    await using watched = watchMemory(box.pid)
    const began = performance.now()
    const published = await machine.runInTerminal(folder, 'npm publish', (url) => alice.person.approve(url))
    if (published.exitCode !== 0) throw new Error(published.output.slice(-2_000))
    const publishSeconds = secondsSince(began)
    const first = await download(alice)
    const second = await download(alice)
    const peak = await watched.peak()
    const memory = Object.entries(before).map(([command, bytes]) => {
      return [command, { before: bytes / MB, peak: Math.max(bytes, peak[command] ?? 0) / MB }] as const
    })
    return {
      bytes: first.bytes,
      publishSeconds,
      firstDownloadSeconds: first.seconds,
      secondDownloadSeconds: second.seconds,
      equal: first.equal && second.equal,
      memory: Object.fromEntries(memory),
    }
  } finally {
    await rm(machine.home, { recursive: true, force: true })
  }
}

/** `npm run bench large` */
export async function measureLarge(): Promise<Measurement[]> {
  const run = await runLarge(200)
  const of = (what: string, metric: string, unit: string, value: number): Measurement => {
    return { bench: 'large', case: what, metric, unit, value: Math.round(value * 10) / 10, peers: {}, ratios: {} }
  }
  return [
    of('npm publish of 200 MB', 'time', 's', run.publishSeconds),
    of('first download of 200 MB', 'time', 's', run.firstDownloadSeconds),
    of('second download of 200 MB', 'time', 's', run.secondDownloadSeconds),
    ...Object.entries(run.memory).flatMap(([command, { before, peak }]) => [
      of(`${command} before`, 'PSS', 'MB', before),
      of(`${command} at most`, 'PSS', 'MB', peak),
    ]),
  ]
}

/** A small one first, so that code that is loaded and compiled once does not count. */
async function warmUp(alice: Developer): Promise<void> {
  const small = await packVersion({ name: '@acme.test/small', version: '1.0.0' })
  const asked = await alice.put(small)
  const answer = await alice.put(small, await alice.approve(asked.body))
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  await (await alice.get('/@acme.test/small/-/small-1.0.0.tgz')).arrayBuffer()
}

async function writeLargePackage(home: string, megabytes: number): Promise<string> {
  const folder = join(home, 'large')
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', license: 'MIT' }))
  const content = Readable.from(
    (function* () {
      for (let count = 0; count < megabytes; count += 1) yield randomBytes(MB)
    })(),
  )
  const file = join(folder, 'data.bin')
  await pipeline(content, createWriteStream(file))
  if ((await stat(file)).size !== megabytes * MB) throw new Error('the disk is full')
  return folder
}

async function download(alice: Developer): Promise<{ seconds: number; bytes: number; equal: boolean }> {
  const packument = (await (await alice.get(`/${name}`)).json()) as {
    versions: Record<string, { dist: { tarball: string; integrity: string } }>
  }
  const { tarball = '', integrity } = packument.versions['1.0.0']?.dist ?? {}
  const began = performance.now()
  const { body } = await alice.get(new URL(tarball).pathname)
  const hash = createHash('sha512')
  let bytes = 0
  for await (const chunk of body ?? []) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { seconds: secondsSince(began), bytes, equal: `sha512-${hash.digest('base64')}` === integrity }
}

interface Watched extends AsyncDisposable {
  /** The most of each command so far, in bytes. */
  peak(): Promise<Record<string, number>>
}

function watchMemory(pid: number): Watched {
  const peak: Record<string, number> = {}
  let watching = true
  const watch = async () => {
    while (watching) {
      for (const [command, bytes] of Object.entries((await treePssBytes(pid)).byCommand)) {
        peak[command] = Math.max(peak[command] ?? 0, bytes)
      }
      await pause(sampleEveryMs)
    }
  }
  const watched = watch()
  const stop = async () => {
    watching = false
    await watched
  }
  return {
    async peak() {
      await stop()
      return peak
    },
    [Symbol.asyncDispose]: stop,
  }
}

function secondsSince(began: number): number {
  return (performance.now() - began) / 1000
}
