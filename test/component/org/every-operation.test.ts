import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addPasskey,
  approvePromotion,
  claimName,
  deprecate,
  enrol,
  importPackages,
  operationKinds,
  publish,
  publishFromCi,
  publishStaged,
  purge,
  purgeUpstream,
  putAdvisory,
  putException,
  putPermission,
  putSource,
  putTag,
  putTeam,
  putTrustedPublisher,
  releaseName,
  removePasskey,
  requestPromotion,
  retire,
  transferName,
  withdrawPromotion,
} from '#common/operations/index.ts'
import { createTid } from '#common/records/index.ts'
import { app } from '#lexicons'
import { packImport } from '#test/support/packed-import.ts'
import type { Ceremony, Person } from './person.ts'
import { openScene, type Scene } from './scene.ts'

const name = '@acme.test/hello'
const other = `did:plc:${'b'.repeat(24)}`
const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
const numbers = { repositoryId: '74', ownerId: '65' }
const job = { issuer: 'https://ci.test', packages: ['*'], ...numbers, workflow: '.github/workflows/release.yml' }
const source = { issuer: 'https://ci.test', repository: 'https://git.test/acme/hello', ...numbers }
const rule = { id: 'rule', subject: 'everyone', action: 'read', packages: '*', effect: 'allow' }
const advised = { severity: 'high', aliases: [], cwes: [], references: [] }
const affected = [{ name: 'left-pad', ranges: [{ events: [{ introduced: '0' }] }], versions: [] }]
const advisory = {
  id: 'ACME-1',
  name: 'left-pad',
  summary: 'x',
  ...advised,
  affected,
  published: '2026-01-01T00:00:00.000Z',
}
const exception = { name: 'left-pad', versions: '1.x', checks: ['min-age'], reason: 'a fix', until: tomorrow }

/** What is made of its input alone. */
const inputs = new Map<{ procedure: string }, object>([
  [putTag, { name, tag: 'beta', version: '1.0.0' }],
  [deprecate, { name, versions: ['1.0.0'], message: 'old' }],
  [retire, { name, versions: ['1.0.0'] }],
  [purge, { name, versions: ['1.0.0'], reason: 'a court order' }],
  [purgeUpstream, { name: 'left-pad', versions: ['1.0.0'], reason: 'a court order' }],
  [putSource, { name, source }],
  [putTeam, { name: 'core', members: [] }],
  [putPermission, rule],
  [putTrustedPublisher, { id: 'job', ...job }],
  [putException, { id: createTid(), ...exception }],
  [putAdvisory, advisory],
  [claimName, { name: 'tool' }],
  [releaseName, { name: 'tool' }],
  [transferName, { name: 'tool', to: other }],
])
const withBytes = new Map<{ procedure: string }, (person: Person, org: string, expiry?: number) => Promise<Ceremony>>([
  [publish, (person, _, expiry) => person.preparesPublish(`${name}@9.0.0`, expiry ? { expiry } : {})],
  [
    publishStaged,
    (person, _, expiry) => person.preparesPublish(`${name}@9.0.1`, { stagedBy: other, ...(expiry && { expiry }) }),
  ],
  [
    importPackages,
    async (person, org, expiry) => person.preparesImport(await packImport(org, [`${name}@9.0.2`]), expiry),
  ],
])
/** Those of promotions take a box that makes packages public, and are held to the same there (`test/component/promotion`). */
const ofPromotions = [requestPromotion, approvePromotion, withdrawPromotion]
/** Nobody has a right to the first four: they stand on other steps, and in tests of their own. */
const apart: readonly { procedure: string }[] = [publishFromCi, enrol, addPasskey, removePasskey, ...ofPromotions]
const kinds = [...inputs.keys(), ...withBytes.keys()]
const shortNameOf = ({ procedure }: { procedure: string }) => procedure.split('.').at(-1)

let scene: Scene

beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene?.[Symbol.asyncDispose]())

function prepares(kind: { procedure: string }, person: Person, expiry?: number): Promise<Ceremony> {
  const input = { ...inputs.get(kind), ...(kind === putException && { decidedBy: person.did }) }
  return withBytes.get(kind)?.(person, scene.acme, expiry) ?? person.prepares(kind, input, expiry)
}
async function answerOf(response: Response): Promise<string> {
  const { error, message = '' } = (await response.json()) as { error?: string; message?: string }
  return error === undefined ? 'done' : `${error}: ${message}`
}
const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1000) - seconds

it('every kind that the org PDS carries out is held to the rules below, or said to stand apart', () => {
  const own = operationKinds.filter(({ executor }) => executor === undefined)
  expect(own.filter((kind) => ![...kinds, ...apart].includes(kind)).map(shortNameOf)).toEqual([])
})

describe.each(kinds.map((kind) => [shortNameOf(kind), kind] as const))('%s is not carried out', (_, kind) => {
  it('once it has expired', async () => {
    const late = await prepares(kind, scene.alice, secondsAgo(1))
    expect(await answerOf(await scene.alice.approves(late))).toMatch(/^InvalidOperation: .*expired/)
  })

  it('with the identity provider’s word for another one', async () => {
    const ceremony = await prepares(kind, scene.alice)
    const claims = { ...ceremony.claims, nonce: Buffer.alloc(32).toString('base64url') }
    expect(await answerOf(await scene.alice.approves({ ...ceremony, claims }))).toMatch(/^StepUpRejected/)
  })

  it('when nothing of it stands in the repository of who asks for it', async () => {
    expect(await answerOf(await scene.alice.sends(await prepares(kind, scene.alice)))).toMatch(/^NotAttested/)
  })

  it('for who has no right to it', async () => {
    expect(await answerOf(await scene.bob.approves(await prepares(kind, scene.bob)))).toMatch(/^Forbidden/)
  })
})

describe('what was approved before that which stands does not take its place', () => {
  const id = createTid()

  beforeAll(async () => {
    const { alice, acme, registryWrites } = scene
    for (const action of ['publish', 'except', 'label']) {
      await alice.approves(await alice.prepares(putPermission, { ...rule, id: action, subject: alice.did, action }))
    }
    expect((await alice.publishes(`${name}@1.0.0`)).status).toBe(200)
    // The registry’s word alone decides who may hand a name over.
    await registryWrites(app.npm.name.grant.$nsid, 'tool', { name: 'tool', org: acme })
  })

  it.each<[string, { procedure: string }, object, object]>([
    ['a tag', putTag, { name, tag: 'beta', version: '1.0.0' }, { retired: true }],
    ['a deprecation', deprecate, { name, versions: ['1.0.0'], message: 'old' }, { message: '' }],
    ['a source', putSource, { name, source }, { source: undefined }],
    ['a team', putTeam, { name: 'core', members: [] }, { members: [other] }],
    ['a permission', putPermission, rule, { action: 'manage' }],
    ['a trusted publisher', putTrustedPublisher, { id: 'job', ...job }, { workflow: '.github/workflows/other.yml' }],
    ['an exception', putException, { id, ...exception, withdrawn: true }, { withdrawn: undefined }],
    ['an advisory', putAdvisory, advisory, { withdrawn: true, reason: 'none' }],
    ['a transfer', transferName, { name: 'tool', to: other }, { retired: true }],
    ['a claim', claimName, { name: 'freed' }, {}],
  ])('%s', async (_, kind, input, before) => {
    const { alice } = scene
    const said = { ...input, ...(kind === putException && { decidedBy: alice.did }) }
    const createdAt = new Date(Date.now() - 10_000).toISOString()
    // A claim that stands is refused by itself: what is released is what an old one would bring back.
    const early = await alice.prepares(kind === claimName ? releaseName : kind, { ...said, ...before, createdAt })
    expect(await answerOf(await alice.approves(await alice.prepares(kind, said)))).toBe('done')
    expect(await answerOf(await alice.approves(early))).toMatch(/^InvalidOperation: .*in the meantime/)
  })
})
