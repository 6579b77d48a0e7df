import { expect, it } from 'vitest'
import { type Attested, createEnforcer, isPermitted, type TrustedJob } from '#common/authz/index.ts'

const [alice, bob, carol] = ['a', 'b', 'c'].map((letter) => `did:plc:${letter.repeat(24)}`) as [string, string, string]
const name = '@acme.test/app'
const uri = 'at://did:plc:oooooooooooooooooooooooo/app.npm.org.trustedPublisher/one'
const rule = (subject: string, action: string) => ({ subject, action, packages: '@acme.test/*', effect: 'allow' })

/** alice publishes, bob approves, carol does both. */
const enforcer = await createEnforcer({
  managers: [],
  teams: [],
  rules: [rule(alice, 'publish'), rule(bob, 'approve'), rule(carol, 'publish'), rule(carol, 'approve')],
})
const job: TrustedJob = { packages: [name] }
const permitted = (said: Partial<Attested>, publishers: TrustedJob[] = [job]) =>
  isPermitted(
    { name, author: alice, method: 'mfa', stagedBy: null, publisher: null, ...said },
    { enforcer, publishers: new Map(publishers.map((value) => [uri, value])) },
  )

it.each([
  ['a person who may publish', {}, true],
  ['a person who may only approve', { author: bob }, false],
  ['who approves what another staged', { author: bob, stagedBy: alice }, true],
  ['who approves their own', { author: carol, stagedBy: carol }, false],
  ['who may publish and not approve what another staged', { author: alice, stagedBy: carol }, false],
  ['who approves what somebody staged that may not', { author: carol, stagedBy: bob }, false],
  ['who approves what a trusted publisher staged', { author: bob, stagedBy: uri }, true],
  ['a trusted publisher', { method: 'ci', author: bob, publisher: uri }, true],
  ['a trusted publisher that is none', { method: 'ci', author: alice, publisher: `${uri}x` }, false],
  ['a job that names no trusted publisher', { method: 'ci', author: alice }, false],
  ['a trusted publisher of another package', { method: 'ci', publisher: uri, name: '@acme.test/other' }, false],
] as const)('the attestation of %s (%o) counts: %s', (_what, said, counts) => {
  expect(permitted(said)).toBe(counts)
})

it('that of a job which may only stage does not count, and what it staged can be approved', () => {
  const stageOnly = [{ ...job, stageOnly: true }]
  expect(permitted({ method: 'ci', publisher: uri }, stageOnly)).toBe(false)
  expect(permitted({ author: bob, stagedBy: uri }, stageOnly)).toBe(true)
})
