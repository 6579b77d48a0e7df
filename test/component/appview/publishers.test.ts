import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { AppViewScene } from './appview-scene.ts'
import { alone, attests, type Draft, drafts, permits, type RightDraft, tagsVersion, trusts } from './deeds.ts'

let scene: AppViewScene
let acme: RepoAuthor
/** Manages, and publishes. */
let alice: RepoAuthor
/** Approves. */
let bob: RepoAuthor
/** The account in which a trusted publisher's jobs are attested. */
let job: RepoAuthor
let patch = 0

beforeAll(async () => {
  scene = await AppViewScene.opens()
  ;({ acme, alice, bob } = scene.parts)
  job = await scene.joins('ci-one.people.test', scene.parts.people)
  const rights = [
    permits(acme, 'everyone-reads', { subject: 'everyone', action: 'read' }),
    permits(acme, 'alice-publishes', { subject: alice.did, action: 'publish' }),
    permits(acme, 'bob-approves', { subject: bob.did, action: 'approve' }),
  ]
  const first = await drafts(acme, { version: '0.1.0' })
  await alice.writes([...rights.map((right) => right.approval()), attests(acme, first)])
  await acme.writes([...rights.map(({ write }) => write), ...first.writes])
  await scene.starts()
  await counts(first)
})
afterAll(() => scene?.[Symbol.asyncDispose]())

const nextVersion = () => drafts(acme, { version: `1.0.${patch++}` })

async function verdictOf({ name, version, record }: Draft, timeoutMs = 5_000) {
  const params = { org: acme.did as DidString, name, version, cid: record.cid, timeoutMs }
  return scene.parts.gateway.call(app.npm.registry.awaitVersion, { params })
}

async function counts(draft: Draft): Promise<void> {
  expect(await verdictOf(draft)).toEqual({ indexed: true, installable: true })
}

async function doesNot(draft: Draft): Promise<void> {
  // Events are taken in their order: what came before an honest version was judged before it.
  const honest = await nextVersion()
  await scene.tells(alice, [attests(acme, honest)])
  await scene.tells(acme, alone(honest))
  await counts(honest)
  expect(await verdictOf(draft, 0)).toMatchObject({ installable: false })
}

/** Both halves of one version. */
async function attested(author: RepoAuthor, changes: object): Promise<Draft> {
  const draft = await nextVersion()
  await scene.tells(author, [attests(acme, draft, changes)])
  await scene.tells(acme, alone(draft))
  return draft
}

async function takesEffect(right: RightDraft, by: RepoAuthor = alice): Promise<void> {
  await scene.tells(by, [right.approval()])
  await scene.tells(acme, [right.write])
}

const fromJob = ({ uri }: RightDraft) => ({ method: 'ci', publisher: uri })

describe('what a job attests', () => {
  it('counts when the organisation trusts it, with a manager’s approval; and no longer when it does not', async () => {
    const trusted = trusts(acme, 'approved')
    await takesEffect(trusted)
    const before = await attested(job, fromJob(trusted))
    await counts(before)
    await takesEffect(trusts(acme, 'approved', { retired: true }, 'update'))
    await doesNot(await attested(job, fromJob(trusted)))
    await counts(before)
  })

  it('does not when the org PDS made the trusted publisher up', async () => {
    const forged = trusts(acme, 'forged')
    await scene.tells(acme, [forged.write])
    await doesNot(await attested(job, fromJob(forged)))
    const approvedByNobody = trusts(acme, 'bobs')
    await takesEffect(approvedByNobody, bob)
    await doesNot(await attested(job, fromJob(approvedByNobody)))
  })

  it('does not when the org PDS brings back one that was revoked', async () => {
    const trusted = trusts(acme, 'revoked')
    await takesEffect(trusted)
    await takesEffect(trusts(acme, 'revoked', { retired: true }, 'update'))
    await scene.tells(acme, [{ ...trusted.write, action: 'update' }])
    await doesNot(await attested(job, fromJob(trusted)))
  })

  it('does not for other packages, nor where it may only stage', async () => {
    const other = trusts(acme, 'other', { packages: ['@acme.test/other'] })
    const stager = trusts(acme, 'stager', { stageOnly: true })
    for (const trusted of [other, stager]) {
      await takesEffect(trusted)
      await doesNot(await attested(job, fromJob(trusted)))
    }
    await counts(await attested(bob, { stagedBy: stager.uri }))
  })
})

describe('what somebody approves that was staged', () => {
  it('counts when they may approve and the other may publish, tag and all', async () => {
    const draft = await nextVersion()
    const tag = tagsVersion(acme, { tag: 'next', version: draft.version })
    await scene.tells(bob, [attests(acme, draft, { stagedBy: alice.did }), tag.approval()])
    await scene.tells(acme, [...alone(draft), tag.write])
    await counts(draft)
    const params = { name: draft.name, viewer: bob.did, form: 'full' }
    const response = await scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, params)
    expect(await response.json()).toMatchObject({ 'dist-tags': { next: draft.version } })
    // They stand behind that version, and may not move tags.
    const back = tagsVersion(acme, { tag: 'next', version: '0.1.0' }, 'update')
    await takesEffect(back, bob)
    await doesNot(await attested(bob, {}))
    const later = await scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, params)
    expect(await later.json()).toMatchObject({ 'dist-tags': { next: draft.version } })
  })

  it('does not when both are one, or the stager may nothing', async () => {
    await doesNot(await attested(bob, { stagedBy: bob.did }))
    await doesNot(await attested(bob, { stagedBy: job.did }))
    await doesNot(await attested(bob, {}))
  })
})
