import { expect, it } from 'vitest'
import { encodeErrorFrame, encodeFrame, skimFrame } from '#common/sync/index.ts'
import { app } from '#lexicons'
import { RepoAuthor } from '#test/support/repo-author.ts'

const stranger = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const known = 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb'
const time = '2026-01-01T00:00:00.000Z'
const { $nsid: versions } = app.npm.package.version

const concerns = { account: (did: string) => did === known, collections: new Set([versions]) }
const skim = (type: string, body: object) => skimFrame(encodeFrame(type, { seq: 7, time, ...body }), concerns)

it('passes over what strangers write that is nobody’s concern', async () => {
  const author = await RepoAuthor.create(stranger)
  expect(skim('#commit', await author.creates('app.example.post/1'))).toEqual({ seq: 7, time })
  expect(skim('#sync', await author.syncs())).toEqual({ seq: 7, time })
  expect(skim('#identity', { did: stranger })).toEqual({ seq: 7, time })
  expect(skim('#account', { did: stranger, active: false })).toEqual({ seq: 7, time })
})

it('has everything read of accounts that count, and of collections that do', async () => {
  const author = await RepoAuthor.create(stranger)
  const one = { action: 'create', path: 'app.example.post/1' } as const
  const other = { action: 'create', path: `${versions}/a:1.0.0` } as const
  expect(skim('#commit', await author.writes([one, other]))).toBeUndefined()
  expect(skim('#commit', await (await RepoAuthor.create(known)).creates('app.example.post/1'))).toBeUndefined()
  expect(skim('#account', { did: known, active: false })).toBeUndefined()
})

it('goes by the collection, and not by how a path begins', async () => {
  const author = await RepoAuthor.create(stranger)
  expect(skim('#commit', await author.creates(`${versions}s/1`))).toEqual({ seq: 7, time })
})

it('leaves to others to judge what it does not recognise', async () => {
  const body = await (await RepoAuthor.create(stranger)).creates('app.example.post/1')
  for (const seq of ['7', 0, -1, null]) expect(skim('#commit', { ...body, seq })).toBeUndefined()
  expect(skim('#future', {})).toBeUndefined()
  expect(skim('#commit', { ...body, repo: 3 })).toBeUndefined()
  expect(skimFrame(Buffer.from('nonsense'), concerns)).toBeUndefined()
  expect(skimFrame(Buffer.alloc(5_000_001), concerns)).toBeUndefined()
  expect(skimFrame(encodeErrorFrame('FutureCursor', ''), concerns)).toBeUndefined()
})
