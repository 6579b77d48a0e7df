import type { DidString } from '@atproto/syntax'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rebuildIndex } from '#appview/index.ts'
import { noteRevocations } from '#appview/revocations/index.ts'
import { openAppViewDatabase } from '#appview/schema/index.ts'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { AppViewScene } from './appview-scene.ts'
import { alone, attests, type Draft, drafts, permits, type RightDraft, retires } from './deeds.ts'

let scene: AppViewScene
let acme: RepoAuthor
let alice: RepoAuthor
let bob: RepoAuthor

beforeAll(async () => {
  scene = await AppViewScene.opens()
  ;({ acme, alice, bob } = scene.parts)
  await scene.starts()
  await approved(permits(acme, 'alice-reads', { subject: alice.did, action: 'read' }))
  await approved(permits(acme, 'alice-publishes', { subject: alice.did, action: 'publish' }))
  for (const version of ['1.0.0', '1.1.0', '1.2.0', '1.3.0']) await installs(await publishes(version))
})
afterAll(() => scene?.[Symbol.asyncDispose]())

async function approved(draft: RightDraft): Promise<void> {
  await scene.tells(alice, [draft.approval()])
  await scene.tells(acme, [draft.write])
}

async function publishes(version: string): Promise<Draft> {
  const draft = await drafts(acme, { version })
  await scene.tells(alice, [attests(acme, draft)])
  await scene.tells(acme, alone(draft))
  return draft
}

async function installs({ name, version, record }: Draft): Promise<void> {
  const params = { org: acme.did as DidString, name, version, cid: record.cid, timeoutMs: 5_000 }
  const awaited = await scene.parts.gateway.call(app.npm.registry.awaitVersion, { params })
  expect(awaited).toEqual({ indexed: true, installable: true })
}

const asks = (viewer: string, params: { cursor?: string; packages?: string[]; limit?: number } = {}) =>
  scene.parts.gateway.call(app.npm.registry.getRevocations, {
    params: { limit: 500, ...params, viewer: viewer as DidString },
  })
const said = async () => (await asks(alice.did)).revocations.map(({ version, state, kind }) => [version, state, kind])

describe('the feed of revocations', () => {
  it('says nothing while everything may be installed', async () => {
    expect(await asks(alice.did)).toEqual({ revocations: [], cursor: '0', more: false })
  })

  it('tells of what is withdrawn and of what was tampered with, with the reason and the bytes', async () => {
    await approved(retires(acme, '1.1.0', { reason: 'it deletes the disk' }))
    const changed = await drafts(acme, { version: '1.2.0', manifest: { main: 'evil.js' } })
    const writes = alone(changed).map((write) => ({ ...write, action: 'update' as const }))
    await scene.tells(acme, writes)
    await expect.poll(said).toEqual([
      ['1.1.0', 'revoked', 'block'],
      ['1.2.0', 'revoked', 'block'],
    ])
    const { revocations } = await asks(alice.did)
    expect(revocations[0]).toMatchObject({
      ...{ source: 'private', org: acme.did, name: '@acme.test/hello', reason: expect.any(String) },
      ...{ integrity: expect.stringMatching(/^sha512-/), at: expect.any(String) },
    })
  })

  it('does not tell of what never could be installed', async () => {
    const draft = await drafts(acme, { version: '9.0.0' })
    await scene.tells(acme, alone(draft))
    await approved(retires(acme, '9.0.0'))
    await installs(await publishes('1.4.0'))
    expect((await said()).map(([version]) => version)).not.toContain('9.0.0')
  })

  it('tells of a version whose record is gone', async () => {
    const { uri } = (await drafts(acme, { version: '1.3.0' })).record
    const path = uri.split('/').slice(-2).join('/')
    await scene.tells(acme, [{ action: 'delete', path }])
    await expect.poll(said).toContainEqual(['1.3.0', 'revoked', 'block'])
  })

  it('goes on where its reader was, and tells in pages', async () => {
    const all = (await asks(alice.did)).revocations
    const first = await asks(alice.did, { limit: 2 })
    expect(first).toMatchObject({ revocations: all.slice(0, 2), more: true })
    const rest = await asks(alice.did, { cursor: first.cursor })
    expect(rest).toMatchObject({ revocations: all.slice(2), more: false })
    expect(await asks(alice.did, { cursor: rest.cursor })).toEqual({ ...rest, revocations: [] })
    await expect(asks(alice.did, { cursor: 'x' })).rejects.toMatchObject({ code: 'InvalidRequest' })
  })

  it('tells nobody of what they may not read or do not cover, and lets them go on after it', async () => {
    const { cursor } = await asks(alice.did)
    expect(await asks(bob.did)).toEqual({ revocations: [], cursor, more: false })
    expect(await asks(alice.did, { packages: ['@acme.test/other', 'left-pad'] })).toMatchObject({ revocations: [] })
    expect((await asks(alice.did, { packages: ['@acme.test/*'] })).revocations).toHaveLength(3)
    const administration = await scene.callsAs('appliance')
    const viewer = scene.parts.net.network.peers.appliance.did as DidString
    const { revocations } = await administration.call(app.npm.registry.getRevocations, {
      params: { viewer, limit: 500 },
    })
    expect(revocations).toHaveLength(3)
    // The gateway may speak for people, not for the administration.
    expect((await asks(viewer)).revocations).toEqual([])
  })

  it('is the same after a rebuild', async () => {
    const before = await asks(alice.did)
    const { identical, swapped } = await rebuildIndex(scene.parts.config)
    expect({ identical, swapped }).toEqual({ identical: true, swapped: true })
    expect(await asks(alice.did)).toEqual(before)
    await approved(retires(acme, '1.4.0'))
    await expect.poll(said).toContainEqual(['1.4.0', 'revoked', 'block'])
  })

  it('tells of packages from upstream to everybody, and of what is back', async () => {
    await using database = await openAppViewDatabase(scene.parts.config.database)
    const subject = { source: 'upstream', registry: 'default', name: 'left-pad' } as const
    const served = Buffer.from(JSON.stringify({ versions: { '1.3.0': { dist: { integrity: 'sha512-pad' } } } }))
    const at = new Date()
    const note = (decision: { kind: 'allow' } | { kind: 'block'; reason: string }, before: Buffer | undefined) =>
      database.db
        .transaction()
        .execute((tx) => noteRevocations(tx, subject, { served: before, decided: new Map([['1.3.0', decision]]), at }))
    await note({ kind: 'block', reason: 'labelled revoked' }, served)
    await note({ kind: 'allow' }, undefined)
    const { revocations } = await asks(bob.did)
    expect(revocations).toMatchObject([
      { source: 'upstream', name: 'left-pad', state: 'revoked', reason: 'labelled revoked', integrity: 'sha512-pad' },
      { source: 'upstream', name: 'left-pad', state: 'restored' },
    ])
    expect(revocations[0]).not.toHaveProperty('org')
  })

  it('says so to who has read further than a restored registry, also when that has caught up in number', async () => {
    const before = await asks(alice.did)
    const { revocations: lost } = before
    const [older] = lost.slice(-3)
    await restores(`DELETE FROM ledger_revocation WHERE id > ${older?.seq}`)
    await restores(`SELECT setval(pg_get_serial_sequence('ledger_revocation', 'id'), ${older?.seq})`)
    const reads = () => asks(alice.did, { cursor: before.cursor })
    await expect(reads()).rejects.toMatchObject({ code: 'UnknownCursor' })
    // As one of an older registry, without a mark.
    await expect(asks(alice.did, { cursor: String(lost.at(-1)?.seq) })).rejects.toMatchObject({ code: 'UnknownCursor' })
    for (const version of ['2.0.0', '2.1.0', '2.2.0']) {
      await installs(await publishes(version))
      await approved(retires(acme, version))
      await expect.poll(said).toContainEqual([version, 'revoked', 'block'])
    }
    expect((await asks(alice.did)).revocations.at(-1)?.seq).toBeGreaterThan(lost.at(-1)?.seq ?? 0)
    await expect(reads()).rejects.toMatchObject({ code: 'UnknownCursor' })
    // Who had read no further than the backup goes on.
    const known = await asks(alice.did, { limit: 1 })
    expect((await asks(alice.did, { cursor: known.cursor })).revocations.length).toBeGreaterThan(3)
  })

  it('is never rewritten', async () => {
    const client = new pg.Client({
      connectionString: scene.parts.config.database.url,
      options: '-c search_path=appview',
    })
    await client.connect()
    try {
      await expect(client.query('DELETE FROM ledger_revocation')).rejects.toThrow('append-only')
    } finally {
      await client.end()
    }
  })
})

/** As a backup does: the trigger keeps others from it. */
async function restores(statement: string): Promise<void> {
  const options = '-c search_path=appview'
  const client = new pg.Client({ connectionString: scene.parts.config.database.url, options })
  await client.connect()
  try {
    await client.query(`ALTER TABLE ledger_revocation DISABLE TRIGGER append_only; ${statement};
      ALTER TABLE ledger_revocation ENABLE TRIGGER append_only`)
  } finally {
    await client.end()
  }
}
