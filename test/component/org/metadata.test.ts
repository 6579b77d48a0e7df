import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchRecordProof } from '#common/proof/index.ts'
import { app } from '#lexicons'
import type { Ceremony } from './person.ts'
import { openScene, type Scene } from './scene.ts'

describe('what the org PDS writes about a package that is there', () => {
  let scene: Scene
  const name = '@acme.test/hello'

  beforeAll(async () => {
    scene = await openScene()
    const { alice } = scene
    const rule = { id: 'alice-publishes', subject: alice.did, action: 'publish', packages: '*' }
    await alice.approves(await alice.preparesPermission(rule))
    for (const version of ['1.0.0', '2.0.0']) await alice.publishes(`${name}@${version}`)
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  const errorOf = async (response: Response) => ((await response.json()) as { error?: string }).error ?? 'done'
  const tagOf = async (tag: string) => {
    const rkey = `acme.test:hello:${tag}`
    const wanted = { did: scene.acme, role: 'org', collection: app.npm.package.tag.$nsid, rkey } as const
    return (await fetchRecordProof(wanted, scene.proofs))?.record
  }
  const recordOf = async (what: 'deprecation' | 'retirement', version: string) => {
    const collection = app.npm.package[what].$nsid
    const wanted = { did: scene.acme, role: 'org', collection, rkey: `acme.test:hello:${version}` } as const
    return (await fetchRecordProof(wanted, scene.proofs))?.record
  }
  /** As if this PDS had written the version that many hours ago. */
  async function wroteLongAgo(version: string, hours: number): Promise<void> {
    const files = await readdir(scene.orgDataDir, { recursive: true })
    const file = files.find((path) => path.includes(scene.acme) && path.endsWith('store.sqlite')) ?? ''
    using store = { db: new DatabaseSync(join(scene.orgDataDir, file)), [Symbol.dispose]: () => store.db.close() }
    const then = new Date(Date.now() - hours * 3_600_000).toISOString()
    const update = 'UPDATE record SET indexedAt = ? WHERE collection = ? AND rkey = ?'
    store.db.prepare(update).run(then, app.npm.package.version.$nsid, `acme.test:hello:${version}`)
  }
  const approves = async (ceremony: Ceremony, by = scene.alice) => errorOf(await by.approves(ceremony))

  it('is a tag that moves, back and forth, and is retired', async () => {
    for (const version of ['1.0.0', '2.0.0']) {
      expect(await approves(await scene.alice.preparesTag({ name, tag: 'beta', version }))).toBe('done')
      expect(await tagOf('beta')).toMatchObject({ version })
    }
    const retired = await scene.alice.preparesTag({ name, tag: 'beta', version: '2.0.0', retired: true })
    expect(await approves(retired)).toBe('done')
    expect(await tagOf('beta')).toMatchObject({ retired: true })
  })

  it('needs an approval in the person’s repository, also for the tag of a publish', async () => {
    const tag = await scene.alice.preparesTag({ name, tag: 'latest', version: '1.0.0' })
    expect(await errorOf(await scene.alice.sends(tag))).toBe('NotAttested')
    const publish = await scene.alice.preparesPublish(`${name}@3.0.0`)
    await scene.alice.leavesWitness({ ...publish, furtherWitnesses: [] })
    expect(await errorOf(await scene.alice.sends(publish))).toBe('NotAttested')
    expect(await tagOf('latest')).toMatchObject({ version: '2.0.0' })
  })

  it('is said by those who may publish the package', async () => {
    const tag = await scene.bob.preparesTag({ name, tag: 'latest', version: '1.0.0' })
    expect(await approves(tag, scene.bob)).toBe('Forbidden')
  })

  it('is about versions that are there, in its own names', async () => {
    const { alice } = scene
    expect(await approves(await alice.preparesTag({ name, tag: 'beta', version: '9.9.9' }))).toBe('NotFound')
    const other = await alice.preparesTag({ name: '@other.test/x', tag: 'beta', version: '1.0.0' })
    expect(await approves(other)).toBe('NotPrivate')
  })

  it('is nothing that was approved before what stands there', async () => {
    const before = new Date(Date.now() - 60_000).toISOString()
    const early = await scene.alice.preparesTag({ name, tag: 'latest', version: '1.0.0' }, before)
    expect(await approves(early)).toBe('InvalidOperation')
  })

  it('is the deprecation of several versions at once, and that it is taken back', async () => {
    for (const message of ['use 3', '']) {
      expect(await approves(await scene.alice.preparesDeprecation(name, ['1.0.0', '2.0.0'], message))).toBe('done')
      for (const version of ['1.0.0', '2.0.0'])
        expect(await recordOf('deprecation', version)).toMatchObject({ message })
    }
  })

  it('needs an approval of each version it is about', async () => {
    const ceremony = await scene.alice.preparesDeprecation(name, ['1.0.0', '2.0.0'], 'one of two')
    await scene.alice.leavesWitness({ ...ceremony, furtherWitnesses: [] })
    expect(await errorOf(await scene.alice.sends(ceremony))).toBe('NotAttested')
    expect(await recordOf('deprecation', '1.0.0')).toMatchObject({ message: '' })
  })

  describe('is that a version is withdrawn, which', () => {
    const retires = async (version: string, reason?: string) =>
      approves(await scene.alice.preparesRetirement(name, [version], reason))

    it('is final', async () => {
      await scene.alice.publishes(`${name}@5.0.0`)
      const ceremony = await scene.alice.preparesRetirement(name, ['5.0.0'])
      expect(await approves(ceremony)).toBe('done')
      const token = await scene.alice.signsToken(ceremony.op, ceremony.procedure)
      expect(await errorOf(await scene.alice.sends({ ...ceremony, token }))).toBe('done')
      expect(await retires('5.0.0', 'another reason')).toBe('VersionRetired')
      expect(await approves(await scene.alice.preparesTag({ name, tag: 'beta', version: '5.0.0' }))).toBe(
        'VersionRetired',
      )
      const files = { 'index.js': 'other()' }
      expect(await approves(await scene.alice.preparesPublish(`${name}@5.0.0`, { files }))).toBe('VersionExists')
    })

    it('is for those who may publish', async () => {
      expect(await approves(await scene.bob.preparesRetirement(name, ['1.0.0']), scene.bob)).toBe('Forbidden')
    })

    it('is not done three days after this PDS wrote it', async () => {
      await scene.alice.publishes(`${name}@6.0.0`)
      await wroteLongAgo('6.0.0', 73)
      expect(await retires('6.0.0')).toBe('TooOldToRetire')
      await scene.alice.publishes(`${name}@6.0.1`)
      await wroteLongAgo('6.0.1', 71)
      expect(await retires('6.0.1')).toBe('done')
    })
  })

  it('leaves a tag that moved on while its publish waited', async () => {
    const publish = await scene.alice.preparesPublish(`${name}@4.0.0`)
    expect(await approves(await scene.alice.preparesTag({ name, tag: 'latest', version: '1.0.0' }))).toBe('done')
    expect(await approves(publish)).toBe('done')
    expect(await tagOf('latest')).toMatchObject({ version: '1.0.0' })
  })
})
