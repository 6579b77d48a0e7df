import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  boundAudience,
  JobTokens,
  jobAudience,
  type PublishingIssuer,
  verifyBuilt,
  verifyPublish,
} from '#common/ci/index.ts'
import { systemClock } from '#common/clock/index.ts'
import { outboundSchema } from '#common/outbound/index.ts'
import type { Provenance } from '#common/provenance/index.ts'
import { app } from '#lexicons'
import { CiIssuer } from '#test/support/ci-issuer.ts'

const registry = 'https://registry.test'
const integrity = `sha512-${'A'.repeat(86)}==`
const name = '@acme.test/app'

let github: CiIssuer
let jobTokens: JobTokens<PublishingIssuer>
const used = new Set<string>()
const jtis = { use: async (scope: string, jti: string) => used.size < used.add(`${scope} ${jti}`).size }

beforeAll(async () => {
  github = await CiIssuer.start()
  const settings = { clock: systemClock, outbound: outboundSchema.parse({}) }
  jobTokens = new JobTokens([{ issuer: github.issuer, provider: 'github' }], settings)
})
afterAll(async () => {
  await jobTokens?.[Symbol.asyncDispose]()
  await github?.[Symbol.asyncDispose]()
})

const publisher = (changes: object = {}) =>
  ({
    $type: app.npm.org.trustedPublisher.$nsid,
    ...{ issuer: github.issuer, packages: ['@acme.test/*'], repositoryId: '74', ownerId: '65' },
    ...{ workflow: '.github/workflows/release.yml', createdAt: '2026-01-01T00:00:00.000Z', ...changes },
  }) as app.npm.org.trustedPublisher.Main

/** Trusted publishers by which nothing is published, whatever a job shows. */
const unfit: [string, object][] = [
  ['that is trusted no longer', { retired: true }],
  ['whose jobs may only stage', { stageOnly: true }],
  ['of other packages', { packages: ['@acme.test/other'] }],
]

describe('a job’s ID token has it publish', () => {
  const bound = boundAudience(registry, integrity)
  const verify = (idToken: string, trusted = publisher()) =>
    verifyPublish({ jobTokens, jtis, clock: systemClock, registry }, trusted, {
      idToken,
      input: { name, integrity } as Parameters<typeof verifyPublish>[2]['input'],
    })

  it('these bytes, once', async () => {
    const idToken = await github.github(bound)
    await verify(idToken)
    await expect(verify(idToken)).rejects.toMatchObject({ code: 'ReplayedToken' })
  })

  it.each<[string, () => unknown]>([
    ['for this registry alone', () => jobAudience(registry)],
    ['for other bytes', () => boundAudience(registry, `sha512-${'B'.repeat(86)}==`)],
    ['for somebody else besides', () => [bound, 'sigstore']],
  ])('not %s', async (_, audience) => {
    const idToken = await github.github(audience() as string)
    await expect(verify(idToken)).rejects.toMatchObject({ code: 'JobTokenRefused' })
  })

  it('not when it is another job’s', async () => {
    await expect(verify(await github.github(bound, { repository_id: '75' }))).rejects.toMatchObject({
      code: 'NotTrusted',
      message: expect.stringContaining('repository id is 75'),
    })
  })

  it.each(unfit)('not by a trusted publisher %s', async (_, changes) => {
    const refused = verify(await github.github(bound), publisher(changes))
    await expect(refused).rejects.toMatchObject({ code: 'NotTrusted' })
  })
})

describe('a bundle has a job publish', () => {
  const now = Date.UTC(2026, 0, 1)
  const minuteMs = 60_000
  const build = { repository: 'https://github.com/octo/app', repositoryId: '74', ownerId: '65', ref: 'refs/tags/v1' }

  function verify(minutesAgo: number, changes: object = {}, trusted = publisher()): void {
    const whole = { issuer: github.issuer, workflow: '.github/workflows/release.yml', trigger: 'push', ...build }
    const certifiedAt = new Date(now - minutesAgo * minuteMs).toISOString()
    const provenance = { build: { ...whole, ...changes }, certifiedAt } as unknown as Provenance
    verifyBuilt({ jobTokens, clock: { now: () => now } }, trusted, { name, provenance })
  }
  const refused = (reason: string) =>
    expect.objectContaining({ code: 'NotTrusted', message: expect.stringContaining(reason) })

  it('within an hour, and not before it was made', () => {
    for (const minutes of [-1, 0, 60]) verify(minutes)
    for (const minutes of [-2, 61]) expect(() => verify(minutes)).toThrow(refused('counts for an hour'))
  })

  it('of that very job, of an issuer whose jobs are believed', () => {
    expect(() => verify(0, { repositoryId: '75' })).toThrow(refused('repository id is 75'))
    expect(() => verify(0, {}, publisher({ issuer: 'https://other.test' }))).toThrow(refused('ci.issuers'))
  })

  it('and not without one', () => {
    const nothing = { name, provenance: undefined }
    expect(() => verifyBuilt({ jobTokens, clock: systemClock }, publisher(), nothing)).toThrow('names no bytes')
  })

  it.each(unfit)('not by a trusted publisher %s', (_, changes) => {
    expect(() => verify(0, {}, publisher(changes))).toThrow(refused(''))
  })
})
