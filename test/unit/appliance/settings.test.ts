import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readSettings, SettingsError } from '#appliance/config/index.ts'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'atoll-settings-'))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

const write = (yaml: string) => writeFile(join(cwd, 'atoll.yaml'), yaml)
const read = (env: NodeJS.ProcessEnv = {}) => readSettings({ cwd, env })

describe('the settings', () => {
  it('need no file at all', async () => {
    const settings = await read()
    expect(settings.dataDir).toBe(join(cwd, 'data'))
    expect(settings.publicUrls).toEqual({ gateway: 'http://localhost:4873', people: 'http://127.0.0.1:4874' })
    expect(settings.idps).toEqual([])
  })

  it('give gateway and people PDS two host names, so that cookies stay apart', async () => {
    const { gateway, people } = (await read()).publicUrls
    expect(new URL(gateway).hostname).not.toBe(new URL(people).hostname)
  })

  it('come from the file, with the environment over it', async () => {
    await write('ports: { gateway: 5000, relay: 5001 }\nnames: { private: ["@acme/*"] }')
    const settings = await read({ ATOLL_PORT_GATEWAY: '6000' })
    expect(settings.ports).toMatchObject({ gateway: 6000, relay: 5001, appview: 4884 })
    expect(settings.publicUrls.gateway).toBe('http://localhost:6000')
    expect(settings.privateNames).toEqual(['@acme/*'])
  })

  it.each([
    ['ports: { gatway: 5000 }', 'ports.gatway: there is no such setting; did you mean ports.gateway?'],
    ['upstraem: { url: "http://x.test" }', 'upstraem: there is no such setting; did you mean upstream?'],
    ['ports: { gateway: 70000 }', 'ports.gateway'],
    ['handles: { people: acme }', 'is not a domain name such as people.acme.com'],
    ['- a list', 'must hold settings'],
    ['ports: [', 'is not valid YAML'],
  ])('refuse %s and say what is wrong', async (yaml, words) => {
    await write(yaml)
    const failure = await read().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(SettingsError)
    expect((failure as Error).message).toContain(words)
  })

  it('refuse a port that is no number, and say which', async () => {
    await expect(read({ ATOLL_PORT_RELAY: 'many' })).rejects.toThrow('ports.relay')
  })

  it('never repeat a value that may be a secret', async () => {
    const failure = await read({ ATOLL_DATABASE_URL: 'mysql://root:hunter2@db' }).catch((error: Error) => error)
    expect(String(failure)).toContain('database.url')
    expect(String(failure)).not.toContain('hunter2')
  })

  it('refuse a file that was named and is not there', async () => {
    await expect(read({ ATOLL_CONFIG: 'other.yaml' })).rejects.toThrow('other.yaml cannot be read')
  })

  it('choose free ports once and remember them, since addresses are part of identities', async () => {
    const first = await read({ ATOLL_PORTS: 'free' })
    expect(new Set(Object.values(first.ports)).size).toBe(12)
    expect(first.ports.gateway).not.toBe(4873)
    expect((await read({ ATOLL_PORTS: 'free' })).ports).toEqual(first.ports)
    expect((await read()).ports).toEqual(first.ports)
  })
})
