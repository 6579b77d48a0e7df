import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Worker } from 'node:worker_threads'
import { createOutbound } from '#common/outbound/index.ts'
import { decodeFrame, encodeFrame, skimFrame, verifyCommit } from '#common/sync/index.ts'
import { app } from '#lexicons'
import { drafts } from '#test/component/appview/deeds.ts'
import { type EventBody, RepoAuthor, received } from '#test/support/repo-author.ts'
import type { Measurement } from './results.ts'

const strangers = 40
const postsEach = 25
const packageCommits = 100
const shareOfPackages = 100

const { $nsid: versions } = app.npm.package.version
const nobody = () => false
const concerns = { account: nobody, collections: new Set([versions]) }

/**
 * What the mirror of a large network costs: a mixed stream, of which one commit in a hundred is about packages, through the skip path, from
 * memory and from a socket; and how many commits are verified.
 */
export async function measureMirror({ frames }: { frames: number }): Promise<Measurement[]> {
  const { posts, packages, author } = await streams()
  const mixed = mix(posts, packages, frames)
  const bytes = mixed.reduce((sum, frame) => sum + frame.length, 0)
  const of = (what: string, metric: string, unit: string, value: number): Measurement => ({
    ...{ bench: 'mirror', case: what, metric, unit, value: Math.round(value) },
    ...{ peers: {}, ratios: {} },
  })
  return [
    of('mixed stream, 1 % packages', 'frame size', 'B', bytes / mixed.length),
    of('skip path, from memory', 'speed', 'frames/s', skipFromMemory(mixed)),
    of('skip path, from a socket', 'speed', 'frames/s', await skipFromSocket(mixed)),
    of('everything decoded', 'speed', 'frames/s', decodeAll(mixed)),
    of('package commits', 'verified', 'commits/s', verifyAll(author, packages)),
  ]
}

interface Author {
  did: string
  signingKey: string
  begins: { rev: string; data: string }
}

/** Repositories with a few hundred records, so that proofs are as deep as those of real ones. */
async function streams(): Promise<{ posts: Uint8Array[]; packages: EventBody[]; author: Author }> {
  const posts: Uint8Array[] = []
  for (let who = 0; who < strangers; who += 1) {
    const poster = await RepoAuthor.create(
      `did:plc:${String(who)
        .padStart(24, 'a')
        .replaceAll(/[^a-z2-7]/g, '2')}`,
    )
    for (let post = 0; post < postsEach; post += 1) {
      posts.push(frameOf(await poster.creates(`app.example.post/${who}-${post}`, { text: 'x'.repeat(200) })))
    }
  }
  const publisher = await RepoAuthor.create('did:plc:bbbbbbbbbbbbbbbbbbbbbbbb')
  const begins = publisher.state
  const packages: EventBody[] = []
  for (let patch = 0; patch < packageCommits; patch += 1) {
    const { writes } = await drafts(publisher, { name: '@lib.test/colors', version: `1.0.${patch}` })
    packages.push(await publisher.writes(writes.slice(0, 1)))
  }
  const { did, signingKey } = publisher
  return { posts, packages, author: { did, signingKey, begins } }
}

const frameOf = (body: EventBody) => encodeFrame('#commit', { seq: 1, time: new Date().toISOString(), ...body })

function mix(posts: readonly Uint8Array[], packages: readonly EventBody[], count: number): Uint8Array[] {
  const published = packages.map(frameOf)
  return Array.from({ length: count }, (_, nth) => {
    const list = nth % shareOfPackages === 0 ? published : posts
    return list[Math.floor(nth / (nth % shareOfPackages === 0 ? shareOfPackages : 1)) % list.length] as Uint8Array
  })
}

/** What is not passed over is decoded, as the follower does. */
function take(frame: Uint8Array): void {
  if (skimFrame(frame, concerns) === undefined) decodeFrame(frame)
}

function skipFromMemory(frames: readonly Uint8Array[]): number {
  return speedOf(frames.length, () => {
    for (const frame of frames) take(frame)
  })
}

function decodeAll(frames: readonly Uint8Array[]): number {
  return speedOf(frames.length, () => {
    for (const frame of frames) decodeFrame(frame)
  })
}

function verifyAll({ did, signingKey, begins }: Author, packages: readonly EventBody[]): number {
  const events = packages.map((body) => received('#commit', body))
  return speedOf(events.length, () => {
    let previous = begins
    for (const event of events) {
      const { rev, data } = verifyCommit(event, { did, signingKey, previous, now: Date.now() })
      previous = { rev, data }
    }
  })
}

/** The best of three: the first one also warms the compiler up. */
function speedOf(count: number, work: () => void): number {
  const seconds = Array.from({ length: 3 }, () => {
    const began = performance.now()
    work()
    return (performance.now() - began) / 1000
  })
  return count / Math.min(...seconds)
}

/** From another thread, over the way that real relays are read by. */
async function skipFromSocket(frames: readonly Uint8Array[]): Promise<number> {
  const sender = new Worker(new URL('./send-frames.ts', import.meta.url), { workerData: { frames } })
  try {
    const [address] = (await once(sender, 'message')) as [AddressInfo]
    const url = `http://127.0.0.1:${address.port}`
    await using outbound = createOutbound({ allow: [url], config: { proxies: {}, noProxy: [], ca: [] } })
    const bounds = { maxMessageBytes: 5_000_000, maxWaitingBytes: 2_000_000_000, silenceMs: 60_000 }
    const { signal } = new AbortController()
    let began = 0
    let taken = 0
    const onOpen = () => {
      began = performance.now()
    }
    for await (const frame of outbound.subscribe(url, { ...bounds, onOpen, signal })) {
      take(frame)
      taken += 1
      if (taken === frames.length) break
    }
    return taken / ((performance.now() - began) / 1000)
  } finally {
    await sender.terminate()
  }
}
