import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'

interface Service {
  networks?: string[]
  ports?: string[]
  profiles?: string[]
}

const file = join(import.meta.dirname, '../../../deploy/docker-compose.yml')
const { services, networks } = parse(await readFile(file, 'utf8'), { merge: true }) as {
  services: Record<string, Service>
  networks: Record<string, { internal?: unknown } | null>
}

const face = ['edge-org', 'edge-people', 'public-appview', 'public-gateway']
const forwarders = ['push-org', 'push-people']
const inside = Object.keys(services).filter((name) => ![...face, ...forwarders, 'postgres', 'init'].includes(name))
const networksOf = (name: string) => services[name]?.networks ?? []

it('no network has a container of the inside and one that strangers reach', () => {
  for (const name of face) {
    const shared = inside.filter((other) => networksOf(other).some((network) => networksOf(name).includes(network)))
    expect(shared, name).toEqual([])
  }
})

it('who stands on both sides listens on the public one with a way to an edge and nothing else', () => {
  for (const name of forwarders) expect(networksOf(name)).toEqual(['push', 'public'])
  const both = Object.keys(services).filter((name) => {
    const reaches = (others: string[]) =>
      others.some((other) => networksOf(other).some((network) => networksOf(name).includes(network)))
    return !face.includes(name) && reaches(face) && reaches(inside)
  })
  expect(both.sort()).toEqual(['postgres', ...forwarders])
})

it('strangers come in at three ports, and what is public has a Postgres network of its own without a way out', () => {
  expect(face.filter((name) => services[name]?.ports !== undefined)).toEqual([
    'edge-org',
    'edge-people',
    'public-gateway',
  ])
  expect(networksOf('public-gateway')).toEqual(['public'])
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose's own
  expect(networks['public-db']?.internal).toBe('${ATOLL_DB_INTERNAL:-true}')
  expect(networks['push']?.internal).toBe(true)
})

it('what is public starts with its profile only', () => {
  for (const name of [...face, ...forwarders]) expect(services[name]?.profiles, name).toEqual(['promotion'])
})
