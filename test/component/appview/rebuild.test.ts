import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DidString } from '@atproto/syntax'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rebuildIndex, type TableComparison } from '#appview/index.ts'
import { app } from '#lexicons'
import { atollProgram, runAtoll } from '#test/support/atoll-command.ts'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { AppViewScene } from './appview-scene.ts'
import {
  alone,
  attests,
  type Draft,
  deprecates,
  drafts,
  permits,
  purges,
  type RightDraft,
  retires,
  tagsVersion,
} from './deeds.ts'

let scene: AppViewScene
let acme: RepoAuthor
let alice: RepoAuthor
let dora: RepoAuthor
let sql: pg.Client
let patch = 0

/** Versions of every fate, one by somebody who has left, and an organisation and a person with new handles. */
beforeAll(async () => {
  scene = await AppViewScene.opens()
  const { people, org, directory, relay } = scene.parts
  ;({ acme, alice } = scene.parts)
  dora = await scene.joins('dora.people.test', people)
  await scene.starts()
  relay.sends('#commit', await dora.begins())
  await approved(permits(acme, 'everyone-reads', { subject: 'everyone', action: 'read' }))
  await approved(permits(acme, 'alice-publishes', { subject: alice.did, action: 'publish' }))
  await approved(permits(acme, 'dora-publishes', { subject: dora.did, action: 'publish' }))
  const first = await drafts(acme, { version: '0.1.0' })
  await scene.tells(alice, [attests(acme, first)])
  await scene.tells(acme, first.writes)
  for (const version of ['0.2.0', '0.3.0', '0.4.0']) await publishes(version)
  const byDora = await publishes('0.5.0', dora)
  await installs(byDora)
  const changed = await drafts(acme, { version: '0.4.0', manifest: { main: 'evil.js' } })
  await scene.tells(
    acme,
    alone(changed).map((write) => ({ ...write, action: 'update' })),
  )
  await approved(retires(acme, '0.3.0'))
  await publishes('0.6.0')
  await approved(purges(acme, '0.6.0'))
  await approved(deprecates(acme, '0.2.0', 'take 0.5.0'))
  await approved(tagsVersion(acme, { tag: 'next', version: '0.5.0' }))
  await approved(permits(acme, 'dora-publishes', { subject: dora.did, action: 'publish', retired: true }, 'update'))
  people.inactive.add(dora.did)
  relay.sends('#account', { did: dora.did, active: false, status: 'takendown' })
  await directory.changes(alice.did, { handle: 'alicia.people.test' })
  relay.sends('#identity', { did: alice.did })
  await installs(await publishes('1.0.0'))
  sql = new pg.Client({ connectionString: scene.parts.config.database.url, options: '-c search_path=appview' })
  await sql.connect()
  expect(org.repos.size).toBe(1)
})
afterAll(async () => {
  await sql?.end()
  await scene?.[Symbol.asyncDispose]()
})

async function approved(draft: RightDraft): Promise<void> {
  await scene.tells(alice, [draft.approval()])
  await scene.tells(acme, [draft.write])
}

async function publishes(version: string, by = alice): Promise<Draft> {
  const draft = await drafts(acme, { version })
  await scene.tells(by, [attests(acme, draft)])
  await scene.tells(acme, alone(draft))
  return draft
}

async function installs({ name, version, record }: Draft): Promise<void> {
  const params = { org: acme.did as DidString, name, version, cid: record.cid, timeoutMs: 5_000 }
  const awaited = await scene.parts.gateway.call(app.npm.registry.awaitVersion, { params })
  expect(awaited).toEqual({ indexed: true, installable: true })
}

async function served() {
  const params = { name: '@acme.test/hello', viewer: alice.did, form: 'full' }
  const response = await scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, params)
  const body = await response.text()
  const { etag, 'last-modified': lastModified } = Object.fromEntries(response.headers)
  return { body, etag, lastModified, document: JSON.parse(body) as Document }
}

interface Document {
  versions: Record<string, { deprecated?: string; _npmUser: object }>
  'dist-tags': Record<string, string>
}

const rebuilds = (options: Parameters<typeof rebuildIndex>[1] = {}) => rebuildIndex(scene.parts.config, options)

const nextVersion = () => `1.0.${++patch}`

/** Only the tables in which something differs. */
function differing(tables: TableComparison[]) {
  return tables.filter(({ missing, surplus, changed }) => missing + surplus + changed > 0)
}

describe('a rebuild', () => {
  it('finds an undamaged index identical, keeps the old one, and what is served stays byte for byte', async () => {
    const before = await served()
    const { index, ledger, identical, swapped } = await rebuilds()
    expect(differing([...index, ...ledger])).toEqual([])
    expect({ identical, swapped }).toEqual({ identical: true, swapped: true })
    expect(await served()).toEqual(before)
    const rowsIn = async (schema: string) => (await sql.query(`SELECT FROM ${schema}.version`)).rowCount
    expect(await rowsIn('appview_previous')).toBe(await rowsIn('appview'))
    const { versions, 'dist-tags': tags } = before.document
    expect(Object.keys(versions)).toEqual(['0.1.0', '0.2.0', '0.5.0', '1.0.0'])
    expect(versions['0.2.0']).toMatchObject({ deprecated: 'take 0.5.0', _npmUser: { name: 'alicia.people.test' } })
    expect(versions['0.5.0']).toMatchObject({ _npmUser: { name: 'dora.people.test' } })
    expect(tags).toMatchObject({ next: '0.5.0' })
    await installs(await publishes(nextVersion()))
  })

  it('tells exactly what was done to the index, leaves it alone, and heals it when told to', async () => {
    const before = await served()
    await sql.query("DELETE FROM version WHERE version = '0.5.0'")
    await sql.query('UPDATE package SET description = $1', ['not what its record says'])
    await sql.query(
      `INSERT INTO approval (network, author, cid, org, subject_uri, subject_cid) VALUES ('private', $1, 'x', $2, 'y', 'z')`,
      [alice.did, acme.did],
    )
    await sql.query("UPDATE packument SET body = 'x' WHERE form = 'full'")
    const id = { network: 'private', org: acme.did, name: '@acme.test/hello' }
    const found = [
      { table: 'package', changed: 1, examples: [{ kind: 'changed', key: id, columns: ['description'] }] },
      { table: 'version', missing: 1, examples: [{ kind: 'missing', key: { ...id, version: '0.5.0' }, columns: [] }] },
      { table: 'approval', surplus: 1, examples: [{ kind: 'surplus', key: { author: alice.did, subject_cid: 'z' } }] },
      { table: 'packument', changed: 1, examples: [{ key: { ...id, form: 'full' }, columns: ['body'] }] },
    ]
    const refused = await rebuilds()
    expect(refused).toMatchObject({ identical: false, swapped: false })
    expect(differing([...refused.index, ...refused.ledger])).toMatchObject(found)
    expect((await sql.query("SELECT FROM version WHERE version = '0.5.0'")).rowCount).toBe(0)
    const accepted = await rebuilds({ acceptDifferences: true })
    expect(differing(accepted.index)).toMatchObject(found)
    expect(accepted.swapped).toBe(true)
    expect(await served()).toMatchObject({ body: before.body, etag: before.etag })
  })

  it('tells what the ledger does not know, and takes that up only when told to', async () => {
    await sql.query('ALTER TABLE ledger_version DISABLE TRIGGER append_only')
    await sql.query("DELETE FROM ledger_version WHERE version = '0.1.0'")
    const refused = await rebuilds()
    // The damage of before is healed; a version that is seen for the first time now has another age.
    expect(differing(refused.index).map(({ table }) => table)).toEqual(['packument'])
    expect(differing(refused.ledger)).toMatchObject([
      { table: 'ledger_version', missing: 1, examples: [{ key: { org: acme.did, version: '0.1.0' } }] },
    ])
    expect(refused.swapped).toBe(false)
    expect((await sql.query("SELECT FROM ledger_version WHERE version = '0.1.0'")).rowCount).toBe(0)
    await rebuilds({ acceptDifferences: true })
    expect((await sql.query("SELECT FROM ledger_version WHERE version = '0.1.0'")).rowCount).toBe(1)
  })

  it('loses nothing that is published meanwhile', async () => {
    const published: Draft[] = []
    let publishing = Promise.resolve()
    const publish = async () => void published.push(await publishes(nextVersion()))
    const outcome = await rebuilds({
      report() {
        publishing = publishing.then(publish)
      },
    })
    await publishing
    expect(published.length).toBeGreaterThan(3)
    expect(differing([...outcome.index, ...outcome.ledger])).toEqual([])
    expect(outcome.swapped).toBe(true)
    for (const draft of published) await installs(draft)
    const again = await rebuilds()
    expect(differing([...again.index, ...again.ledger])).toEqual([])
  })

  it('goes by the advisories of the index in use, and cannot write them', async () => {
    const { people, config } = scene.parts
    await sql.query(`INSERT INTO advisory (network, source, id, modified, withdrawn, body)
      VALUES ('private', 'osv', 'X-1', now(), false, '{}')`)
    const { promise, resolve: open } = Promise.withResolvers<void>()
    people.gate = promise
    const requests = people.repoRequests
    const rebuild = rebuilds()
    await expect.poll(() => people.repoRequests).toBeGreaterThan(requests)
    expect((await sql.query('SELECT id FROM appview_next.advisory')).rows).toEqual([{ id: 'X-1' }])
    await expect(sql.query('DELETE FROM appview_next.advisory')).rejects.toThrow(/cannot delete from view/)
    open()
    expect(await rebuild).toMatchObject({ identical: true, swapped: true })
    expect((await sql.query(`SELECT id FROM ${config.database.schema}.advisory`)).rows).toEqual([{ id: 'X-1' }])
  })

  it('waits until what is due is rendered', async () => {
    await sql.query(`INSERT INTO render_due VALUES ('private', 'private', $1, '@acme.test/hello', now())`, [acme.did])
    expect(await rebuilds()).toMatchObject({ identical: true, swapped: true })
    expect((await sql.query('SELECT FROM render_due')).rowCount).toBe(0)
  })

  it('is one at a time', async () => {
    const { people } = scene.parts
    const { promise, resolve: open } = Promise.withResolvers<void>()
    people.gate = promise
    const requests = people.repoRequests
    const slow = rebuilds({ dryRun: true })
    await expect.poll(() => people.repoRequests).toBeGreaterThan(requests)
    await expect(rebuilds()).rejects.toMatchObject({ code: 'RebuildFailed', message: /another rebuild is at work/ })
    open()
    expect(await slow).toMatchObject({ identical: true, swapped: false })
  })
})

describe('atoll appview rebuild', () => {
  it('changes nothing when it is killed, and begins anew the next time', async () => {
    const { people, config } = scene.parts
    const file = join(config.dataDir, 'appview.json')
    await writeFile(file, JSON.stringify(config))
    const command = ['appview', 'rebuild', '--config', file, '--json']
    const { promise, resolve: open } = Promise.withResolvers<void>()
    people.gate = promise
    const requests = people.repoRequests
    const child = spawn(process.execPath, [atollProgram, ...command], { stdio: 'ignore' })
    const killed = once(child, 'exit')
    await expect.poll(() => people.repoRequests).toBeGreaterThan(requests)
    child.kill('SIGKILL')
    await killed
    open()
    expect((await sql.query('SELECT FROM appview_next.repo')).rowCount).toBeGreaterThan(0)
    await installs(await publishes(nextVersion()))
    const { exitCode, stdout } = await runAtoll(command, { cwd: config.dataDir, env: process.env })
    expect(JSON.parse(stdout)).toMatchObject({ identical: true, swapped: true })
    expect(exitCode).toBe(0)
    await expect(sql.query('SELECT FROM appview_next.repo')).rejects.toThrow(/does not exist/)
  })
})

describe('a change of handle', () => {
  it('of an organisation that nobody told of is found: the old scope resolves to nothing', async () => {
    const { directory } = scene.parts
    const resolve = (name: string) =>
      scene.parts.gateway.call(app.npm.registry.resolveName, { params: { name, viewer: alice.did as DidString } })
    expect(await resolve('@acme.test/hello')).toMatchObject({ source: 'private', org: acme.did })
    await directory.changes(acme.did, { handle: 'acme-new.test' })
    const { index } = await rebuilds({ acceptDifferences: true })
    expect(differing(index)).toMatchObject([{ table: 'repo', examples: [{ columns: ['handle'] }] }])
    expect((await resolve('@acme.test/hello')).source).toBe('none')
    expect(await resolve('@acme-new.test/hello')).toMatchObject({ source: 'private', org: acme.did })
  })
})
