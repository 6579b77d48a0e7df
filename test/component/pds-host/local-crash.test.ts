import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Secp256k1Keypair } from '@atproto/crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '#common/db/index.ts'
import { createLogger } from '#common/log/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { Directory } from '#pds/directory/index.ts'
import { DiskBlobStore } from '#pds/host/blobs/index.ts'
import { type HostTables, hostMigrations } from '#pds/host/database.ts'
import { embedPds, type PdsContext } from '#pds/host/embed/index.ts'
import { Erasure } from '#pds/host/erase/index.ts'
import { gateWrites, type RecordWrite, RepoWriter } from '#pds/host/gate-writes/index.ts'
import { DirectoryClient, Provisioner, SealedKeys } from '#pds/host/provision/index.ts'
import { type TestNetwork, testNetwork } from '#test/support/network.ts'
import { pdsConfig } from '#test/support/pds.ts'

const approval = { by: 'did:web:test', procedure: app.npm.operation.publish.main.nsid }

/** Each method fails once, after which everything is done anew by the next attempt: what a crash at that point leaves. */
describe('a PDS that stops half-way', () => {
  let net: TestNetwork
  let opened: AsyncDisposableStack
  let context: PdsContext
  let provisioner: Provisioner
  let writer: RepoWriter

  beforeAll(async () => {
    opened = new AsyncDisposableStack()
    net = opened.use(await testNetwork())
    opened.use(await Directory.start(await net.configFor('directory')))
    const config = await pdsConfig(net, 'org')
    const { db } = opened.use(await openDatabase<HostTables>(config.database, hostMigrations))
    const endpoint = net.network.peers.org.url
    const blobs = await DiskBlobStore.open(join(config.dataDir, 'blobs'))
    const settings = { ...config, directoryUrl: net.network.peers.directory.url }
    const pds = opened.adopt(await embedPds(settings, endpoint, blobs), (embedded) => embedded.destroy())
    context = pds.ctx
    await context.sequencer.start()
    const transact = gateWrites(context)
    const log = createLogger('test', 'silent')
    const recovery = await Secp256k1Keypair.create()
    const rotation = await Secp256k1Keypair.import(randomBytes(32))
    provisioner = new Provisioner({
      db,
      log,
      transact,
      pds: context,
      directory: new DirectoryClient(net.network.peers.directory.url, await net.authAs('org')),
      sealedKeys: new SealedKeys(join(config.dataDir, 'sealed')),
      identity: { rotationKeys: [recovery.did(), rotation.did()], endpoint, marker: net.network.marker },
    })
    const blobsOf = (did: string) => blobs.of(did)
    const erasure = opened.use(await Erasure.start('org', { context, blobsOf, log }))
    writer = new RepoWriter({ role: 'org', context, transact, db, blobsOf, erasure, announce: () => {}, log })
  })
  afterAll(() => opened.disposeAsync())

  function failsOnce<Target extends object, Name extends keyof Target>(target: Target, name: Name): void {
    const original = target[name]
    target[name] = (async () => {
      target[name] = original
      throw new Error('killed')
    }) as Target[Name]
  }

  const eventsOf = async (did: string) =>
    (await context.sequencer.requestSeqRange({})).filter(({ evt }) => ('repo' in evt ? evt.repo : evt.did) === did)

  it.each([
    ['creating the repository', () => failsOnce(context.actorStore, 'create')],
    ['creating the account', () => failsOnce(context.accountManager, 'createAccount')],
    ['announcing the account', () => failsOnce(context.sequencer, 'sequenceAccountCreation')],
    ['clearing up', () => failsOnce(context.actorStore, 'clearReservedKeypair')],
  ])('while %s: makes the same account when asked again, and announces it', async (name, breakIt) => {
    const request = { handle: `${name.replaceAll(' ', '-')}.test`, owner: name }
    breakIt()
    await expect(provisioner.provision(request)).rejects.toThrow('killed')
    const { did } = await provisioner.provision(request)
    expect((await context.accountManager.getAccount(did as 'did:plc:x'))?.handle).toBe(request.handle)
    expect((await eventsOf(did)).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['identity', 'account', 'sync']),
    )
  })

  it.each([
    ['an empty file', ''],
    ['a database without its tables', undefined],
  ])('after it left %s of a repository: makes the account when asked again', async (left, content) => {
    const request = { handle: `${left.replaceAll(' ', '-')}.test`, owner: left }
    const { actorStore } = context
    const original = actorStore.create.bind(actorStore)
    actorStore.create = async (did) => {
      actorStore.create = original
      const { directory, dbLocation } = await actorStore.getLocation(did)
      await mkdir(directory, { recursive: true })
      if (content !== undefined) await writeFile(dbLocation, content)
      else new DatabaseSync(dbLocation).exec('CREATE TABLE kysely_migration (name TEXT)')
      throw new Error('killed')
    }
    await expect(provisioner.provision(request)).rejects.toThrow('killed')
    const { did } = await provisioner.provision(request)
    expect((await context.accountManager.getAccount(did as 'did:plc:x'))?.handle).toBe(request.handle)
  })

  it('after it left an empty file of a signing key: draws another, of which nobody has heard', async () => {
    const request = { handle: 'empty-key.test', owner: 'empty-key' }
    const { actorStore } = context
    const original = actorStore.reserveKeypair.bind(actorStore)
    actorStore.reserveKeypair = async (did) => {
      actorStore.reserveKeypair = original
      await mkdir(actorStore.reservedKeyDir, { recursive: true })
      await writeFile(join(actorStore.reservedKeyDir, String(did)), '')
      throw new Error('killed')
    }
    await expect(provisioner.provision(request)).rejects.toThrow('killed')
    const { did } = await provisioner.provision(request)
    expect((await context.accountManager.getAccount(did as 'did:plc:x'))?.handle).toBe(request.handle)
  })

  it.each([
    ['it starts again', () => writer.announceLostCommits()],
    ['the same is written again', (did: string) => writer.write(did, [tagWrite(did)], approval, [])],
  ])('between a commit and its event: says #sync when %s, once', async (when, goOn) => {
    const { did } = await provisioner.provision({ handle: `${when.replaceAll(' ', '-')}.test`, owner: when })
    failsOnce(context.sequencer, 'sequenceCommit')
    await expect(writer.write(did, [tagWrite(did)], approval, [])).rejects.toThrow('killed')
    const before = (await eventsOf(did)).length
    await goOn(did)
    await goOn(did)
    const events = (await eventsOf(did)).slice(before)
    const state = await context.actorStore.read(did as 'did:plc:x', ({ repo }) => repo.getSyncEventData())
    expect(events).toMatchObject([{ type: 'sync', evt: { rev: state.rev } }])
  })

  it('says nothing about a write that was refused', async () => {
    const { did } = await provisioner.provision({ handle: 'refused.test', owner: 'refused' })
    await writer.write(did, [tagWrite(did)], approval, [])
    const other = { ...tagWrite(did, '2.0.0'), action: 'create' as const }
    await expect(writer.write(did, [other], approval, [])).rejects.toThrow('is already there')
    const before = (await eventsOf(did)).length
    await writer.announceLostCommits()
    expect(await eventsOf(did)).toHaveLength(before)
  })
})

function tagWrite(did: string, version = '1.0.0'): RecordWrite {
  const collection = app.npm.package.tag.$nsid
  const of = recordUri(did, app.npm.package.record.$nsid, 'x')
  const record = { $type: collection, package: of, tag: 'latest', version, createdAt: '2026-01-01T00:00:00.000Z' }
  return { action: 'put', collection, rkey: 'x:latest', record }
}
