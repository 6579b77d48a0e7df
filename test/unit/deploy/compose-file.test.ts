import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

const serviceSchema = z.looseObject({
  user: z.string(),
  command: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  network_mode: z.string().optional(),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  secrets: z.array(z.object({ source: z.string(), target: z.string() })).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  healthcheck: z.looseObject({ disable: z.boolean().default(false) }),
  profiles: z.array(z.string()).default([]),
  restart: z.string().optional(),
})
type Service = z.output<typeof serviceSchema>

const fileSchema = z.looseObject({
  services: z.record(z.string(), serviceSchema),
  networks: z.record(
    z.string(),
    z
      .object({ internal: z.union([z.boolean(), z.string().regex(/^\$\{ATOLL_DB_INTERNAL:-true\}$/)]).default(false) })
      .nullable(),
  ),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
})

const text = await readFile(join(import.meta.dirname, '../../../deploy/docker-compose.yml'), 'utf8')
const { services, networks, secrets } = fileSchema.parse(parse(text, { merge: true }))
const all = Object.entries(services)
/** Those that run all the time; the others end when they have done their work. */
const lasting = all.filter(([, { restart }]) => restart === 'unless-stopped')
/** What strangers reach, and what passes on to it: only where it is asked for. */
const face = ['edge-org', 'edge-people', 'public-appview', 'public-gateway', 'push-org', 'push-people']
const inside = lasting.filter(([name]) => !face.includes(name))
const service = (name: string): Service => serviceSchema.parse(services[name])

describe('deploy/docker-compose.yml', () => {
  it('has every component, and those of the demo and of what is public only when they are asked for', () => {
    const names = inside.map(([name]) => name).sort()
    expect(names).toEqual([...['appview', 'directory', 'gateway', 'idp', 'org-pds', 'people-pds', 'postgres', 'relay']])
    expect(service('idp').profiles).toEqual(['demo'])
    expect(service('seed').profiles).toEqual(['demo'])
    for (const name of face) expect(service(name).profiles, name).toEqual(['promotion'])
  })

  it.each(lasting)('asks %s whether it works', (_name, { healthcheck }) => {
    expect(healthcheck.disable).toBe(false)
    expect(healthcheck['test']).toEqual(expect.arrayContaining(['CMD']))
  })

  it.each(all)('gives %s a file system it cannot write, and no rights beyond its own', (name, declared) => {
    expect(declared['read_only']).toBe(true)
    expect(declared['cap_drop']).toEqual(['ALL'])
    expect(declared['security_opt']).toEqual(['no-new-privileges:true'])
    expect(declared).not.toHaveProperty('privileged')
    expect(declared.volumes.join()).not.toContain('docker.sock')
    // "init" hands files to their readers; it has no network, and ends.
    if (name === 'init') expect(declared.network_mode).toBe('none')
    else expect(declared.user).toMatch(/^[1-9]\d*:[1-9]\d*$/)
  })

  it.each(all)('gives %s no secret by its environment, and only its own by files', (name, declared) => {
    const values = Object.entries(declared.environment)
    for (const [key, value] of values) {
      // Nobody's secret: an npm token that the person at the keyboard passes on.
      if (key === 'ATOLL_TOKEN') continue
      expect(`${key}=${value}`).not.toMatch(/(PASSWORD|SECRET|KEY|DATABASE_URL)=/)
    }
    const expected: Record<string, string[]> = { postgres: ['postgres-password'], seed: ['appliance'], init: [] }
    const own = expected[name] ?? [name === 'admin' ? 'appliance' : name]
    expect(declared.secrets.map(({ source }) => source)).toEqual(own)
    for (const source of own) expect(secrets[source]?.file).toMatch(/^\$\{ATOLL_STATE:-\.\/state\}\/config\//)
  })

  it('mounts every volume into one component alone', () => {
    const mounted = all.flatMap(([, { volumes }]) => volumes.map((volume) => volume.split(':')[0]))
    expect(new Set(mounted).size).toBe(mounted.length)
    expect(service('gateway').volumes).toEqual(['gateway-data:/data'])
  })

  it('publishes the gateway, the pages of the people PDS, the demo and what is public, on loopback unless told otherwise', () => {
    const published = all.flatMap(([name, { ports }]) => ports.map((port) => [name, port]))
    const names = published.map(([name]) => name).sort()
    expect(names).toEqual(['edge-org', 'edge-people', 'gateway', 'idp', 'people-pds', 'public-gateway'])
    for (const [, port] of published) expect(port).toMatch(/^\$\{ATOLL_BIND:-127\.0\.0\.1\}:/)
    expect(service('people-pds').ports.join()).toContain('ATOLL_PORT_PAGES')
  })

  it('lets out only those of the inside who talk to an identity provider or to other registries', () => {
    const ways = Object.keys(networks).filter((name) => (networks[name]?.internal ?? false) === false)
    expect(ways.sort()).toEqual(['edge', 'outbound', 'public'])
    const onlyInside = inside.filter(([, declared]) => !declared.networks.some((name) => ways.includes(name)))
    expect(onlyInside.map(([name]) => name).sort()).toEqual(['directory', 'postgres', 'relay'])
    expect(service('gateway').networks).not.toContain('outbound')
  })

  it('lets only components with a database near Postgres', () => {
    const near = lasting.filter(([, declared]) => declared.networks.includes('db')).map(([name]) => name)
    expect(near.sort()).toEqual(['appview', 'directory', 'gateway', 'org-pds', 'people-pds', 'postgres', 'relay'])
  })
})
