import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const program = join(import.meta.dirname, '../../../appliance/bin/atoll.ts')
let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'atoll-commands-'))
})
afterAll(() => rm(cwd, { recursive: true, force: true }))

interface Result {
  exitCode: number
  stdout: string
  stderr: string
}

function atoll(...args: string[]): Promise<Result> {
  const env = { PATH: process.env['PATH'], ATOLL_PORTS: 'free' }
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { cwd, env }, (error, stdout, stderr) =>
      resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })
}

describe('the atoll command', () => {
  it('teaches', async () => {
    const { exitCode, stdout } = await atoll('permission', 'add', '--help')
    expect(exitCode).toBe(0)
    expect(stdout).toContain("Example: atoll permission add team:maintainers publish '@acme.test/*'")
  })

  it.each([
    ['an unknown command', ['frobnicate'], 'frobnicate'],
    ['a missing argument', ['permission', 'add', 'everyone'], "'action'"],
    ['a missing option', ['org', 'create', 'third.test'], '--manager'],
    ['a number that is none', ['token', 'create', '--name', 'x', '--days', 'many'], 'whole number'],
    ['an action there is none of', ['permission', 'add', 'everyone', 'rule', '*'], 'rule'],
    ['a component there is none of', ['run', 'mainframe', '--config', 'x'], 'mainframe'],
    ['a settings file that is not there', ['--settings', 'other.yaml', 'status'], 'other.yaml'],
  ])('ends with 2 for %s, and says what is wrong', async (_what, args, says) => {
    expect(await atoll(...args)).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(says) })
  })

  it('ends with 1 where there is nothing to administer, and says how to begin', async () => {
    const { exitCode, stderr } = await atoll('team', 'list')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('"atoll up" makes one')
  })

  it('checks and shows the settings, for people and for programs', async () => {
    expect(await atoll('config', 'check', '--offline')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('"atoll up" starts the box'),
    })
    const rows = JSON.parse((await atoll('config', 'show', '--json')).stdout)
    expect(rows).toContainEqual({ setting: 'log.level', value: 'info', source: 'default' })
    expect(JSON.parse((await atoll('config', 'schema')).stdout)).toHaveProperty('properties.ports.properties.gateway')
  })

  it('says what is down, for people and for programs, and ends with 1', async () => {
    const { exitCode, stdout, stderr } = await atoll('status', '--json')
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout).components).toContainEqual(
      expect.objectContaining({ component: 'gateway', state: 'down' }),
    )
    expect(stderr).toContain('Down: directory, org')
  })
})
