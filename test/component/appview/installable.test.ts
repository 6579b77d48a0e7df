import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageKey } from '#common/names/index.ts'
import { cidOfRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { AppViewScene } from './appview-scene.ts'
import { alone, attests, type Draft, drafts, permits } from './deeds.ts'

let scene: AppViewScene
let acme: RepoAuthor
let alice: RepoAuthor
let bob: RepoAuthor
let patch = 0

beforeAll(async () => {
  scene = await AppViewScene.opens()
  ;({ acme, alice, bob } = scene.parts)
  const everyoneReads = permits(acme, 'everyone-reads', { subject: 'everyone', action: 'read' })
  const alicePublishes = permits(acme, 'alice-publishes', { subject: alice.did, action: 'publish' })
  await alice.writes([everyoneReads.approval(), alicePublishes.approval()])
  await acme.writes([everyoneReads.write, alicePublishes.write])
  const first = await drafts(acme, { version: '0.1.0' })
  await alice.writes([attests(acme, first)])
  await acme.writes(first.writes)
  await scene.starts()
  await installs(first)
})
afterAll(() => scene[Symbol.asyncDispose]())

const nextVersion = () => drafts(acme, { version: `1.0.${patch++}` })

function awaits({ name, version, record }: Draft, timeoutMs = 5_000) {
  const params = { org: acme.did as DidString, name, version, cid: record.cid, timeoutMs }
  return scene.parts.gateway.call(app.npm.registry.awaitVersion, { params })
}

async function installs(draft: Draft): Promise<void> {
  expect(await awaits(draft)).toEqual({ indexed: true, installable: true })
  expect(Object.keys((await packument()).versions)).toContain(draft.version)
}

async function packument(viewer = bob.did) {
  const params = { name: '@acme.test/hello', viewer, form: 'full' }
  const response = await scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, params)
  return (await response.json()) as { versions: Record<string, { dist: object }>; 'dist-tags': Record<string, string> }
}

/** Everything the relay sent before is processed, for it is processed in order. */
async function afterAnHonestPublish(): Promise<void> {
  const honest = await nextVersion()
  await scene.tells(alice, [attests(acme, honest)])
  await scene.tells(acme, alone(honest))
  await installs(honest)
}

async function neverInstalls(draft: Draft, reason: RegExp): Promise<void> {
  await afterAnHonestPublish()
  const answer = await awaits(draft, 0)
  expect(answer.installable).toBe(false)
  expect(answer.reason).toMatch(reason)
  expect(Object.keys((await packument()).versions)).not.toContain(draft.version)
}

describe('a version counts', () => {
  it('when it was published before the AppView began', async () => {
    expect((await packument()).versions['0.1.0']).toBeDefined()
  })

  it('with record and attestation, in either order', async () => {
    const [recordFirst, attestationFirst] = [await nextVersion(), await nextVersion()]
    await scene.tells(acme, alone(recordFirst))
    await scene.tells(alice, [attests(acme, recordFirst)])
    await installs(recordFirst)
    await scene.tells(alice, [attests(acme, attestationFirst)])
    await scene.tells(acme, alone(attestationFirst))
    await installs(attestationFirst)
  })

  it('and pins publisher and record in its dist', async () => {
    const draft = await nextVersion()
    await scene.tells(alice, [attests(acme, draft)])
    await scene.tells(acme, alone(draft))
    await installs(draft)
    const shown = (await packument()).versions[draft.version]
    expect(shown?.dist).toMatchObject({
      tarball: `http://localhost:4873/${acme.did}/@acme.test/hello/-/hello-${draft.version}.tgz`,
      integrity: draft.integrity,
      atproto: { did: acme.did, uri: draft.record.uri, cid: draft.record.cid },
    })
    expect(shown).toMatchObject({ _npmUser: { name: 'alice.people.test' } })
  })

  it('after its publisher lost the right to publish', async () => {
    const dora = await scene.joins('dora.people.test', scene.parts.people)
    const rule = permits(acme, 'dora-publishes', { subject: dora.did, action: 'publish' })
    const draft = await nextVersion()
    scene.parts.relay.sends('#commit', await dora.begins())
    await scene.tells(alice, [rule.approval()])
    await scene.tells(acme, [rule.write])
    await scene.tells(dora, [attests(acme, draft)])
    await scene.tells(acme, alone(draft))
    await installs(draft)
    const withdrawn = permits(acme, 'dora-publishes', { subject: dora.did, action: 'publish', retired: true }, 'update')
    await scene.tells(alice, [withdrawn.approval()])
    await scene.tells(acme, [withdrawn.write])
    await installs(draft)
    const late = await nextVersion()
    await scene.tells(dora, [attests(acme, late)])
    await scene.tells(acme, alone(late))
    await neverInstalls(late, /nobody who may publish/)
  })
})

describe('a version does not count', () => {
  it('that was written straight into the organisation’s repository', async () => {
    const draft = await nextVersion()
    await scene.tells(acme, alone(draft))
    await neverInstalls(draft, /nobody attests/)
  })

  it('whose attestation is by somebody without permission', async () => {
    const draft = await nextVersion()
    await scene.tells(bob, [attests(acme, draft)])
    await scene.tells(acme, alone(draft))
    await neverInstalls(draft, /nobody who may publish/)
  })

  it('whose attestation is for another CID', async () => {
    const [draft, other] = [await nextVersion(), await nextVersion()]
    await scene.tells(alice, [attests(acme, { ...other, version: draft.version })])
    await scene.tells(acme, alone(draft))
    await neverInstalls(draft, /nobody attests/)
  })

  it('whose attestation lies in a repository that is not on the people PDS', async () => {
    const impostor = await scene.joins('impostor.test', scene.parts.org)
    const rule = permits(acme, 'impostor-publishes', { subject: impostor.did, action: 'publish' })
    const draft = await nextVersion()
    scene.parts.relay.sends('#commit', await impostor.begins())
    await scene.tells(alice, [rule.approval()])
    await scene.tells(acme, [rule.write])
    await scene.tells(impostor, [attests(acme, draft)])
    await scene.tells(acme, alone(draft))
    await neverInstalls(draft, /nobody attests/)
  })

  it('whose record lies in a repository that is not on an org PDS', async () => {
    const draft = await drafts(bob, { version: '7.7.7' })
    await scene.tells(alice, [attests(bob, draft)])
    await scene.tells(bob, draft.writes)
    await afterAnHonestPublish()
    const params = {
      org: bob.did as DidString,
      name: draft.name,
      version: '7.7.7',
      cid: draft.record.cid,
      timeoutMs: 0,
    }
    expect(await scene.parts.gateway.call(app.npm.registry.awaitVersion, { params })).toEqual({
      indexed: false,
      installable: false,
    })
  })

  it('without a version: an attestation alone shows nothing', async () => {
    const draft = await nextVersion()
    await scene.tells(alice, [attests(acme, draft)])
    await afterAnHonestPublish()
    expect(await awaits(draft, 0)).toEqual({ indexed: false, installable: false })
    expect(Object.keys((await packument()).versions)).not.toContain(draft.version)
  })

  it('any more, once its record was replaced by another', async () => {
    const [draft, replaced] = [
      await nextVersion(),
      await drafts(acme, { version: `1.0.${patch - 1}`, manifest: { main: 'evil.js' } }),
    ]
    await scene.tells(alice, [attests(acme, draft), attests(acme, replaced)])
    await scene.tells(acme, alone(draft))
    await installs(draft)
    await scene.tells(acme, [{ ...(alone(replaced)[0] ?? expect.fail()), action: 'update' }])
    await neverInstalls(replaced, /changed after it was first seen/)
    // Writing the first record back does not heal it.
    await scene.tells(acme, [{ ...(alone(draft)[0] ?? expect.fail()), action: 'update' }])
    await neverInstalls(draft, /changed after it was first seen/)
  })

  it('that is malformed: a manifest that speaks of another version', async () => {
    const [draft, other] = [await nextVersion(), await nextVersion()]
    const record = { ...draft.record.record, manifest: other.record.record['manifest'] ?? null }
    const forged = { ...draft, record: { ...draft.record, record, cid: cidOfRecord(record) } }
    await scene.tells(alice, [attests(acme, forged)])
    await scene.tells(acme, [{ action: 'create', path: alone(draft)[0]?.path ?? '', record }])
    await afterAnHonestPublish()
    expect((await awaits(forged, 0)).indexed).toBe(false)
  })

  it('that comes with a text no table can hold: the next ones go on', async () => {
    const draft = await nextVersion()
    const name = '@acme.test/nul'
    const record = {
      $type: app.npm.package.record.$nsid,
      name,
      description: 'a\0b',
      createdAt: '2026-01-01T00:00:00.000Z',
    }
    await scene.tells(acme, [{ action: 'create', path: `${app.npm.package.record.$nsid}/${packageKey(name)}`, record }])
    await scene.tells(alice, [attests(acme, draft)])
    await scene.tells(acme, alone(draft))
    await installs(draft)
  })

  it('whose attestation lies under another key than the CID it is about', async () => {
    const [draft, other] = [await nextVersion(), await nextVersion()]
    const misplaced = { ...attests(acme, draft), path: attests(acme, other).path }
    await scene.tells(alice, [misplaced])
    await scene.tells(acme, alone(draft))
    await neverInstalls(draft, /nobody attests/)
  })

  it('whose attestation promises other bytes', async () => {
    const draft = await nextVersion()
    await scene.tells(alice, [attests(acme, draft, { integrity: `sha512-${'A'.repeat(86)}==` })])
    await scene.tells(acme, alone(draft))
    await neverInstalls(draft, /nobody who may publish/)
  })
})
