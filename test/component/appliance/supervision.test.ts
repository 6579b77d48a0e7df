import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { portNames } from '#appliance/config/components.ts'
import { freePort } from '#appliance/config/index.ts'
import { writePrivateJson } from '#appliance/files/private-json.ts'
import { drawRsaKey } from '#appliance/init/draw-keys.ts'
import { BoxLog } from '#appliance/supervise/box-log.ts'
import { ComponentProcess } from '#appliance/supervise/component-process.ts'
import { AlreadyRunning, lockDataDir } from '#appliance/supervise/lock.ts'
import { waitForPorts } from '#appliance/supervise/wait-for-ports.ts'

let folder: string
let port: number
let configFile: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atoll-supervision-'))
  port = await freePort()
  configFile = join(folder, 'idp.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function writeConfig(): Promise<void> {
  await writePrivateJson(configFile, {
    listen: { host: '127.0.0.1', port },
    client: { secret: 'a-secret-of-the-tests', redirectUris: ['http://127.0.0.1:1/callback'] },
    seed: 'a-seed-of-the-tests',
    signingKey: await drawRsaKey(),
    logLevel: 'silent',
  })
}

/** The demo identity provider: a real component, and the smallest. */
function supervise(printed: string[] = []): ComponentProcess {
  const terminal = new Writable({
    write(chunk: Buffer, _encoding, done) {
      printed.push(chunk.toString())
      done()
    },
  })
  const log = new BoxLog(folder, terminal, { verbose: false })
  onTestFinished(() => log[Symbol.dispose]())
  const env = { PATH: process.env['PATH'] }
  return new ComponentProcess({ name: 'idp', configFile, env, log })
}

const answers = () =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  )

async function until(condition: () => Promise<boolean> | boolean, limitMs = 10_000): Promise<void> {
  const deadline = Date.now() + limitMs
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not happen in time')
    await delay(20)
  }
}

describe('a supervised component', () => {
  it('waits for its configuration, then says that it is ready', async () => {
    await using component = supervise()
    await writeConfig()
    component.start()
    await component.ready
    expect(await answers()).toBe(true)
  })

  it('starts again after it was killed', async () => {
    await writeConfig()
    await using component = supervise()
    component.start()
    await component.ready
    const first = component.pid
    process.kill(first ?? 0, 'SIGKILL')
    await until(async () => component.pid !== first && (await answers()))
  })

  it('ends when it is told to, and stays ended', async () => {
    await writeConfig()
    const component = supervise()
    component.start()
    await component.ready
    const pid = component.pid ?? 0
    await component[Symbol.asyncDispose]()
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    expect(await answers()).toBe(false)
  })

  it('ends even when it is told to before it began', async () => {
    const component = supervise()
    const began = Date.now()
    await component[Symbol.asyncDispose]()
    expect(Date.now() - began).toBeLessThan(4_000)
  })

  it('is given up, with its own words, when it never gets ready', async () => {
    await writePrivateJson(configFile, { listen: {} })
    const printed: string[] = []
    await using component = supervise(printed)
    component.start()
    await expect(component.ready).rejects.toThrow('idp does not start: Error')
    expect(printed.join('')).toContain('is not a valid configuration')
  })

  it('does not outlive a supervisor that was killed', async () => {
    await writeConfig()
    const supervisor = spawn(process.execPath, [join(import.meta.dirname, 'supervise-idp.ts'), folder, configFile], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(supervisor.stdout, 'data')
    expect(await answers()).toBe(true)
    supervisor.kill('SIGKILL')
    await until(async () => !(await answers()))
  })
})

describe('a data folder', () => {
  it('has one supervisor at a time, and the second hears where the first is', async () => {
    using _first = await lockDataDir(folder, 'http://localhost:4873')
    const second = await lockDataDir(folder, 'http://localhost:4873').catch((error: unknown) => error)
    expect(second).toBeInstanceOf(AlreadyRunning)
    expect((second as Error).message).toContain(`http://localhost:4873 (process ${process.pid})`)
  })

  it('is free again as soon as its supervisor is gone', async () => {
    {
      using _first = await lockDataDir(folder, 'http://localhost:4873')
    }
    using _second = await lockDataDir(folder, 'http://localhost:4873')
  })
})

describe('the ports', () => {
  const ports = Object.fromEntries(portNames.map((name) => [name, 0])) as Record<(typeof portNames)[number], number>

  it('are waited for while a dying process still holds them', async () => {
    const { createServer } = await import('node:http')
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    const waiting = waitForPorts({ ...ports, gateway: port }, ['gateway'])
    server.close()
    await waiting
  })
})
