import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { runCommand, works } from '#test/support/run-command.ts'
import { networkTraces } from './network-traces.ts'

const packages = ['docker.io', 'docker-compose', 'debootstrap']
const startMs = 60_000

/** Debian's engine and Compose. @throws Error where that is not possible */
export async function installEngine(): Promise<void> {
  const there = await Promise.all(['dockerd', 'debootstrap'].map((program) => works('which', [program])))
  const compose = (await works('which', ['docker-compose'])) || (await works('docker', ['compose', 'version']))
  if (compose && there.every(Boolean)) return
  if (process.getuid?.() !== 0 || !(await works('which', ['apt-get']))) {
    throw new Error('No container engine answers to "docker info", and one can be installed by root on Debian only.')
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await runCommand('apt-get', ['update', '-qq'], { env })
  await runCommand('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env })
}

/** An engine with a socket and data of its own, all of which is gone when it is disposed of. */
export async function startEngine(): Promise<{ host: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-engine-'))
  const traces = await networkTraces()
  const host = `unix://${join(folder, 'socket')}`
  const log = await open(join(folder, 'log'), 'w')
  const args = ['-H', host, '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')]
  const child = spawn('dockerd', [...args, '--pidfile', join(folder, 'pid')], {
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
    stdio: ['ignore', log.fd, log.fd],
  })
  const ended = once(child, 'exit')
  async function dispose(): Promise<void> {
    if (child.exitCode === null) child.kill('SIGTERM')
    await ended
    await log.close()
    await traces.remove()
    await rm(folder, { recursive: true, force: true })
  }
  const until = Date.now() + startMs
  while (!(await works('docker', ['-H', host, 'info']))) {
    if (child.exitCode !== null || Date.now() > until) {
      const said = await readFile(join(folder, 'log'), 'utf8')
      await dispose()
      throw new Error(`dockerd does not start:\n${said.slice(-4_000)}`)
    }
    await pause(200)
  }
  return { host, [Symbol.asyncDispose]: dispose }
}
