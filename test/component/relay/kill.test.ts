import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { healthOf, RelayScene } from './relay-scene.ts'
import { Subscriber } from './subscriber.ts'

const program = new URL('./run-relay.ts', import.meta.url)

let scene: RelayScene
beforeAll(async () => {
  scene = await RelayScene.opens()
  await scene.relayStops()
})
afterAll(() => scene[Symbol.asyncDispose]())

async function startsProcess(): Promise<ChildProcess> {
  const child = fork(program, [JSON.stringify(scene.config)], { stdio: 'ignore' })
  await once(child, 'message')
  return child
}

async function kills(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

it('loses and repeats nothing when it is killed, again and again, under a stream of commits', async () => {
  const alice = await scene.joins(scene.org)
  const revs = [alice.state.rev]
  const writes = async (count: number) => {
    for (let n = 0; n < count; n += 1) {
      scene.org.sends('#commit', await alice.creates(`app.example.note/${revs.length}`))
      revs.push(alice.state.rev)
    }
  }
  const seen: { seq: number; rev: string }[] = []
  for (const round of [1, 2, 3]) {
    const relay = await startsProcess()
    using subscriber = await Subscriber.connects(scene.relayUrl, scene.appview, seen.at(-1)?.seq ?? 0)
    await writes(40)
    // Somewhere in the middle of what was sent.
    await subscriber.untilCommit(revs[revs.length - 20 - round] ?? '')
    await kills(relay)
    seen.push(...commitsOf(subscriber))
  }
  const relay = await startsProcess()
  using subscriber = await Subscriber.connects(scene.relayUrl, scene.appview, seen.at(-1)?.seq)
  await subscriber.untilCommit(alice.state.rev)
  await kills(relay)
  seen.push(...commitsOf(subscriber))
  expect(seen.map(({ rev }) => rev)).toEqual(revs)
  // Each continued where the one before had stored, and did not read everything again.
  const [first, ...later] = scene.org.cursors.slice(-4)
  expect(first).toBe(0)
  expect(later.every((cursor, round) => cursor >= 15 + 40 * round)).toBe(true)
})

it('lets one process write at a time; the other takes over when it dies', async () => {
  const first = await startsProcess()
  const second = { ...scene.config, listen: { ...scene.config.listen, port: 0 } }
  const bob = await scene.joins(scene.org)
  using subscriber = await Subscriber.connects(scene.relayUrl, scene.appview, 0)
  await subscriber.untilCommit(bob.state.rev)
  const connections = scene.org.cursors.length
  const { Relay } = await import('#relay/index.ts')
  await using standby = await Relay.start(second)
  expect((await healthOf(standby.url)).leading).toBe(false)
  expect(scene.org.cursors.length).toBe(connections)
  using onStandby = await Subscriber.connects(standby.url, scene.appview)

  scene.org.sends('#commit', await bob.creates('app.example.note/1'))
  await onStandby.untilCommit(bob.state.rev)
  await kills(first)
  scene.org.sends('#commit', await bob.creates('app.example.note/2'))
  await onStandby.untilCommit(bob.state.rev)
  expect((await healthOf(standby.url)).leading).toBe(true)
})

function commitsOf({ events }: Subscriber): { seq: number; rev: string }[] {
  return events.flatMap((frame) => (frame.kind === 'commit' ? [{ seq: frame.event.seq, rev: frame.event.rev }] : []))
}
