import { expect, it } from 'vitest'
import { publicAppViewConfigSchema } from '#appview/public-face/config.ts'

const peer = { did: 'did:web:x.test', url: 'http://localhost:1', key: 'did:key:zx' }
const config = (hosts: { org: string[]; people: string[] }) => ({
  listen: { port: 0 },
  dataDir: '/nowhere',
  network: { peers: { gateway: peer, appview: peer } },
  self: { did: 'did:web:x.test', privateKeyHex: 'a1'.repeat(32) },
  publicUrl: 'https://npm.example.com/',
  database: { url: 'postgres://x', schema: 'public_appview' },
  directory: 'https://plc.directory',
  hosts,
})

it('takes no host for both parties, in whatever spelling', () => {
  const both = config({ org: ['https://pds.example.com/'], people: ['https://PDS.example.com:443'] })
  expect(publicAppViewConfigSchema.safeParse(both).error?.issues[0]?.message).toBe('one host cannot be both parties')
})

it('takes two hosts, as operation logs name them', () => {
  const { hosts, publicUrl } = publicAppViewConfigSchema.parse(
    config({ org: ['https://org.example.com/'], people: ['https://people.example.com'] }),
  )
  expect([hosts.org, hosts.people]).toEqual([['https://org.example.com'], ['https://people.example.com']])
  expect(publicUrl).toBe('https://npm.example.com')
})
