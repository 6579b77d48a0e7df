import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findRevoked, RegistryClient, readRevoked, readSince, type Since, writeSince } from '#appliance/verify/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { app } from '#lexicons'
import { tinyServer } from '#test/support/tiny-server.ts'

let folder: string
let server: Awaited<ReturnType<typeof tinyServer>>
let client: RegistryClient
const asked: string[] = []
/** What the registry's list has, two to a page. */
let list: ReturnType<typeof word>[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atoll-since-'))
  server = await tinyServer((request, response) => {
    const after = Number(new URL(request.url ?? '', 'http://localhost').searchParams.get('cursor'))
    asked.push(String(after))
    const page = list.filter(({ seq }) => seq > after).slice(0, 2)
    const answer = { revocations: page, cursor: String(page.at(-1)?.seq ?? after), more: page.length === 2 }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  })
  client = new RegistryClient(server.url, 'npm_x')
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

function word(seq: number, name: string, state: 'revoked' | 'restored' = 'revoked') {
  const at = '2026-11-29T12:00:00.000Z'
  return { seq, source: 'upstream', name, version: '1.0.0', state, reason: 'it steals tokens', at }
}

function locked(name: string, version = '1.0.0') {
  return { name, version, integrity: undefined, tarball: undefined, line: 3 }
}

const fresh = () => readSince(client.url, undefined)
const names = ({ revoked }: Since) => revoked.map(({ name }) => name)

describe('the list of what was revoked', () => {
  it('is read to its end, and the last word about a version counts', async () => {
    list = [word(1, 'a'), word(2, 'b'), word(3, 'a', 'restored'), word(4, 'c'), word(5, 'c', 'restored'), word(7, 'c')]
    const since = await readRevoked(client, await fresh())
    expect([names(since), since.cursor]).toEqual([['b', 'c'], '7'])
  })

  it('is read on from where it was, and what was revoked before still counts', async () => {
    list = [word(1, 'a'), word(2, 'b')]
    const before = await readRevoked(client, await fresh())
    list = [...list, word(3, 'c'), word(4, 'b', 'restored')]
    asked.length = 0
    expect(names(await readRevoked(client, before))).toEqual(['a', 'c'])
    expect(asked).toEqual(['2', '4'])
  })

  it('is read from its beginning when it does not lead to where it was, which is said, and nothing is forgotten', async () => {
    list = [word(1, 'a'), word(2, 'b'), word(3, 'lost')]
    const before = await readRevoked(client, await fresh())
    list = [word(1, 'a'), word(2, 'b', 'restored'), word(3, 'c'), word(4, 'd')]
    let said = 0
    const restored = {
      query: async (_lexicon: unknown, params: { cursor: string }) => {
        if (params.cursor === before.cursor && said === 0) throw new AtollError('UnknownCursor')
        return client.query(app.npm.registry.getRevocations, params)
      },
    } as unknown as RegistryClient
    const since = await readRevoked(restored, before, () => {
      said += 1
    })
    expect([said, names(since).toSorted(), since.cursor]).toEqual([1, ['a', 'c', 'd', 'lost'], '4'])
  })

  it('is not read for ever when its pages lead nowhere', async () => {
    const query = async () => ({ revocations: [], cursor: '0', more: true })
    await expect(readRevoked({ query } as never, await fresh())).rejects.toMatchObject({ code: 'ComponentUnavailable' })
  })
})

describe('what was read', () => {
  it('is remembered whole, for that registry alone', async () => {
    const file = join(folder, 'since.json')
    expect(await readSince(client.url, file)).toEqual(await fresh())
    list = [word(1, 'a')]
    const since = await readRevoked(client, await fresh())
    await writeSince(file, since)
    expect(await readSince(client.url, file)).toEqual(since)
    expect(await readSince('https://other.example', file)).toMatchObject({ cursor: '0', revoked: [] })
    expect(await readdir(folder)).toEqual(['since.json'])
  })

  it('is not taken from a file that is something else', async () => {
    const file = join(folder, 'else.json')
    await writeFile(file, '{"cursor":"7"}')
    await expect(readSince(client.url, file)).rejects.toThrow(/else\.json is no file .* delete it/)
  })
})

describe('what is installed', () => {
  it('fails for exactly the versions that were revoked, with when and why', async () => {
    list = [word(1, 'a'), word(2, '@acme.test/ui')]
    const found = findRevoked(
      [locked('a'), locked('a', '1.0.1'), locked('b'), locked('@acme.test/ui')],
      await readRevoked(client, await fresh()),
    )
    expect(found.map(({ locked: { name, version } }) => [name, version])).toEqual([
      ['a', '1.0.0'],
      ['@acme.test/ui', '1.0.0'],
    ])
    const reason = 'it was revoked at 2026-11-29T12:00:00.000Z: it steals tokens'
    expect(found[0]).toMatchObject({ state: 'failed', findings: [{ rule: 'revoked', reason }] })
  })
})
