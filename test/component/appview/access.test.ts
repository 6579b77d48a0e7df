import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { AppViewScene } from './appview-scene.ts'
import { alone, attests, drafts, isIn, makesTeam, permits } from './deeds.ts'

const { listMembers, listPackages, listCollaborators } = app.npm.registry
const hello = '@acme.test/hello'
const hidden = '@acme.test/hidden'
/** Which bob reads, and alice may not. */
const sealed = '@acme.test/sealed'
const company = { issuer: 'http://localhost:1/idp', id: 'tools-group' }

let scene: AppViewScene
let acme: RepoAuthor
/** Manages; and publishes. */
let alice: RepoAuthor
/** In the team "tools", which reads hello. */
let bob: RepoAuthor
/** In it through a group. */
let carol: RepoAuthor
/** Nobody. */
let dora: RepoAuthor

beforeAll(async () => {
  scene = await AppViewScene.opens()
  ;({ acme, alice, bob } = scene.parts)
  carol = await scene.joins('carol.people.test', scene.parts.people)
  dora = await scene.joins('dora.people.test', scene.parts.people)
  const rights = [
    permits(acme, 'alice-reads', { subject: alice.did, action: 'read' }),
    permits(acme, 'alice-publishes', { subject: alice.did, action: 'publish' }),
    permits(acme, 'tools-read', { subject: 'team:tools', action: 'read', packages: hello }),
    permits(acme, 'bob-reads', { subject: bob.did, action: 'read', packages: sealed }),
    permits(acme, 'alice-not', { subject: alice.did, action: 'read', packages: sealed, effect: 'deny' }),
    makesTeam(acme, 'tools', { members: [bob.did], groups: [company] }),
    makesTeam(acme, 'planners', { members: [alice.did] }),
  ]
  await carol.writes([isIn([company])])
  const versions = await Promise.all([hello, hidden, sealed].map((name) => drafts(acme, { name, version: '1.0.0' })))
  await alice.writes([...rights.map((right) => right.approval()), ...versions.map((draft) => attests(acme, draft))])
  await acme.writes([...rights.map(({ write }) => write), ...versions.flatMap(alone)])
  await scene.starts()
  for (const { name, version, record } of versions) {
    const params = { org: acme.did as DidString, name, version, cid: record.cid, timeoutMs: 10_000 }
    const { installable } = await scene.parts.gateway.call(app.npm.registry.awaitVersion, { params })
    expect(installable).toBe(true)
  }
})
afterAll(() => scene?.[Symbol.asyncDispose]())

const org = () => acme.did as DidString
const viewer = ({ did }: RepoAuthor) => did as DidString

async function membersFor(who: RepoAuthor, team?: string): Promise<string[]> {
  const params = { viewer: viewer(who), org: org(), ...(team === undefined ? {} : { team }) }
  const { members } = await scene.parts.gateway.call(listMembers, { params })
  return members.map(({ handle, role }) => `${handle.split('.')[0]} ${role}`)
}

async function packagesFor(who: RepoAuthor, wanted: { org?: DidString; subject?: string }): Promise<object> {
  const { packages } = await scene.parts.gateway.call(listPackages, { params: { viewer: viewer(who), ...wanted } })
  return Object.fromEntries(packages.map(({ name, access }) => [name, access]))
}

async function collaboratorsFor(who: RepoAuthor, name: string): Promise<object> {
  const { collaborators } = await scene.parts.gateway.call(listCollaborators, { params: { viewer: viewer(who), name } })
  return Object.fromEntries(collaborators.map(({ handle, access }) => [handle.split('.')[0], access]))
}

const missing = { code: 'NotFound', message: 'This was not found here.' }

describe('who is in an organisation', () => {
  it('is told in full to who manages it, with those a group brings', async () => {
    expect(await membersFor(alice)).toEqual(['alice owner', 'bob developer', 'carol developer'])
    expect(await membersFor(alice, 'tools')).toEqual(['bob developer', 'carol developer'])
  })

  it('is told of their own teams, and of managers, to its people', async () => {
    expect(await membersFor(carol)).toEqual(['alice owner', 'bob developer', 'carol developer'])
    expect(await membersFor(bob, 'tools')).toEqual(['bob developer', 'carol developer'])
    await expect(membersFor(bob, 'planners')).rejects.toMatchObject(missing)
  })

  it('is told to nobody else, who cannot tell what is missing from what is not theirs to see', async () => {
    await expect(membersFor(dora)).rejects.toMatchObject(missing)
    await expect(membersFor(dora, 'tools')).rejects.toMatchObject(missing)
    await expect(membersFor(dora, 'no-such-team')).rejects.toMatchObject(missing)
    await expect(membersFor(alice, 'no-such-team')).rejects.toMatchObject(missing)
  })
})

describe('packages', () => {
  it('of an organisation are those one may read, with what one may do', async () => {
    expect(await packagesFor(alice, { org: org() })).toEqual({ [hello]: 'write', [hidden]: 'write' })
    expect(await packagesFor(bob, { org: org() })).toEqual({ [hello]: 'read', [sealed]: 'read' })
    await expect(packagesFor(dora, { org: org() })).rejects.toMatchObject(missing)
  })

  it('of a team are told to who is in it or manages', async () => {
    for (const who of [alice, bob]) {
      expect(await packagesFor(who, { org: org(), subject: 'team:tools' })).toEqual({ [hello]: 'read' })
    }
    expect(await packagesFor(alice, { org: org(), subject: 'team:planners' })).toEqual({})
    await expect(packagesFor(bob, { org: org(), subject: 'team:planners' })).rejects.toMatchObject(missing)
    await expect(packagesFor(alice, { org: org(), subject: 'team:nothing' })).rejects.toMatchObject(missing)
  })

  it('of a person are told to themselves and to who manages', async () => {
    expect(await packagesFor(bob, {})).toEqual({ [hello]: 'read', [sealed]: 'read' })
    // And of what alice may not read herself, she is not told that bob does.
    expect(await packagesFor(alice, { subject: bob.did })).toEqual({ [hello]: 'read' })
    expect(await packagesFor(bob, { subject: alice.did })).toEqual({})
    expect(await packagesFor(dora, {})).toEqual({})
  })

  it('are asked for by a DID or a team, and a team with its organisation', async () => {
    for (const wanted of [
      { subject: 'team:tools' },
      { subject: 'everyone', org: org() },
      { subject: 'team:', org: org() },
    ]) {
      await expect(packagesFor(alice, wanted)).rejects.toMatchObject({ code: 'InvalidRequest' })
    }
  })
})

describe('collaborators of a package', () => {
  it('are all whom rules name, for who manages', async () => {
    expect(await collaboratorsFor(alice, hello)).toEqual({ alice: 'write', bob: 'read', carol: 'read' })
    expect(await collaboratorsFor(alice, hidden)).toEqual({ alice: 'write' })
  })

  it('are its maintainers and oneself, for those who only read it', async () => {
    expect(await collaboratorsFor(bob, hello)).toEqual({ alice: 'write', bob: 'read' })
  })

  it('are none of what one may not read, or is not there', async () => {
    await expect(collaboratorsFor(bob, hidden)).rejects.toMatchObject({ code: 'NotFound' })
    await expect(collaboratorsFor(dora, hello)).rejects.toMatchObject({ code: 'NotFound' })
    await expect(collaboratorsFor(alice, '@acme.test/nothing')).rejects.toMatchObject({ code: 'NotFound' })
    await expect(collaboratorsFor(alice, 'left-pad')).rejects.toMatchObject({ code: 'NotFound' })
  })
})
