import { afterAll, beforeAll, expect, it } from 'vitest'
import { LabelerKeys } from '#appview/labelers/keys.ts'
import { createOutbound, outboundSchema } from '#common/outbound/index.ts'
import { tinyServer } from '#test/support/tiny-server.ts'

const publicKeyMultibase = 'zQ3shXjHeiBuRCKmM36cuYnm7YEMzhGnCmCyW92sRJ9pribSF'

let server: Awaited<ReturnType<typeof tinyServer>>
let did: string
/** What the labeler's host answers with; another address leads there. */
let answer: object | { location: string }

beforeAll(async () => {
  server = await tinyServer(({ url = '' }, response) => {
    const leads = 'location' in answer && url === '/.well-known/did.json'
    if (leads) response.writeHead(302, answer as { location: string })
    response.end(JSON.stringify(leads ? {} : 'location' in answer ? document() : answer))
  })
  did = `did:web:localhost%3A${new URL(server.url).port}`
})
afterAll(() => server?.[Symbol.asyncDispose]())

const document = (id = did, fragment = '#atproto_label') => ({
  id,
  verificationMethod: [{ id: `${did}${fragment}`, publicKeyMultibase }],
})

async function keyFrom(answers: object): Promise<string> {
  answer = answers
  const url = server.url.replace('127.0.0.1', 'localhost')
  await using outbound = createOutbound({ allow: [url], config: outboundSchema.parse({}) })
  return await new LabelerKeys({ did, url, trust: 'warn' }, outbound).current()
}

it('a labeler’s key is what its own document names for labels', async () => {
  expect(await keyFrom(document())).toBe(`did:key:${publicKeyMultibase}`)
})

it.each<[string, () => object]>([
  ['is another’s', () => document('did:web:other.test')],
  ['names a key for something else', () => document(did, '#atproto')],
  ['lies elsewhere', () => ({ location: '/elsewhere' })],
])('a document that %s names none', async (_, answers) => {
  await expect(keyFrom(answers())).rejects.toThrow()
})
