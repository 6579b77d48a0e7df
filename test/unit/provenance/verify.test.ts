import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ProvenanceVerifier } from '#common/provenance/index.ts'
import {
  type Build,
  type Claims,
  claimsOf,
  releaseOnGithub,
  releaseOnGitlab,
  SigstoreInstance,
  slsa1,
  slsa02OnGithub,
  slsa02OnGitlab,
  subjectOf,
} from '#test/support/sigstore/index.ts'

const sri = (digit: string) => `sha512-${Buffer.from(digit.repeat(128), 'hex').toString('base64')}`
const hello = { name: '@acme.test/hello', version: '1.0.0', integrity: sri('a') }

let sigstore: SigstoreInstance
let verifier: ProvenanceVerifier

beforeAll(async () => {
  sigstore = await SigstoreInstance.start()
  verifier = new ProvenanceVerifier({ publicGood: true, trustRoots: [sigstore.trustedRoot] })
})
afterAll(() => sigstore[Symbol.asyncDispose]())

const verify = async (statement: object, claims: Claims | Build = releaseOnGithub) =>
  verifier.verify(await sigstore.sign(statement, 'issuer' in claims ? claimsOf(claims) : claims), hello)

describe('a bundle is verified when', () => {
  it('npm made it on GitHub Actions', async () => {
    const { build, predicateType } = await verify(slsa1(hello, releaseOnGithub))
    const { trigger, ...named } = releaseOnGithub
    expect(build).toMatchObject({ ...named, trigger })
    expect(predicateType).toBe('https://slsa.dev/provenance/v1')
  })

  it('it is SLSA v0.2 of GitHub Actions', async () => {
    const { build } = await verify(slsa02OnGithub(hello, releaseOnGithub))
    expect(build).toMatchObject({ repositoryId: '4711', workflow: '.github/workflows/release.yml' })
  })

  it('npm made it on GitLab CI, as SLSA v0.2', async () => {
    const { build } = await verify(slsa02OnGitlab(hello, releaseOnGitlab), releaseOnGitlab)
    expect(build).toMatchObject({ issuer: 'https://gitlab.com', repositoryId: '4711', workflow: '.gitlab-ci.yml' })
  })

  it('its subject is spelled without percent signs', async () => {
    const statement = {
      ...slsa1(hello, releaseOnGithub),
      subject: [{ ...subjectOf(hello), name: 'pkg:npm/@acme.test/hello@1.0.0' }],
    }
    await expect(verify(statement)).resolves.toHaveProperty('build.repository', 'https://github.com/acme/hello')
  })

  it('its certificate has only the extensions of before 2023', async () => {
    const { issuer, commit, ref, trigger } = releaseOnGithub
    const { build } = await verify(slsa1(hello, releaseOnGithub), {
      1: issuer,
      2: trigger,
      3: commit,
      5: 'acme/hello',
      6: ref,
    })
    expect(build).toMatchObject({ repository: 'https://github.com/acme/hello', repositoryId: undefined })
  })
})

describe('a bundle is refused when it is about', () => {
  const cases: [what: string, subject: object[], reason: RegExp][] = [
    ['other bytes', [subjectOf({ ...hello, integrity: sri('b') })], /other bytes/],
    ['another package', [subjectOf({ ...hello, name: '@acme.test/other' })], /it is about @acme.test\/other@1.0.0/],
    ['another version', [subjectOf({ ...hello, version: '1.0.1' })], /it is about @acme.test\/hello@1.0.1/],
    ['a package of another ecosystem', [{ ...subjectOf(hello), name: 'pkg:pypi/hello@1.0.0' }], /not a package of npm/],
    ['two things', [subjectOf(hello), subjectOf(hello)], /exactly one subject/],
    ['nothing', [], /exactly one subject/],
    ['bytes of another digest', [{ ...subjectOf(hello), digest: { sha256: 'a'.repeat(64) } }], /other bytes/],
  ]
  it.each(cases)('%s', async (_what, subject, reason) => {
    await expect(verify({ ...slsa1(hello, releaseOnGithub), subject })).rejects.toThrow(reason)
  })
})

describe('a bundle is refused when its statement and its certificate disagree about', () => {
  const cases: [what: string, change: Partial<Build>][] = [
    ['the repository', { repository: 'https://github.com/mallory/hello' }],
    ['the commit', { commit: 'f'.repeat(40) }],
    ['the ref', { ref: 'refs/heads/other' }],
    ['the workflow', { workflow: '.github/workflows/other.yml' }],
    ['the repository id', { repositoryId: '666' }],
    ['the owner id', { ownerId: '666' }],
  ]
  it.each(cases)('%s (SLSA v1)', async (_what, change) => {
    const lie = slsa1(hello, { ...releaseOnGithub, ...change })
    await expect(verify(lie)).rejects.toThrow(/its statement names the .* and its certificate/)
  })
  it.each(cases)('%s (SLSA v0.2)', async (_what, change) => {
    const lie = slsa02OnGithub(hello, { ...releaseOnGithub, ...change })
    await expect(verify(lie)).rejects.toThrow(/its statement names the .* and its certificate/)
  })
  it.each(cases.filter(([what]) => /repository|commit/.test(what)))('%s (GitLab)', async (_what, change) => {
    const lie = slsa02OnGitlab(hello, { ...releaseOnGitlab, ...change })
    await expect(verify(lie, releaseOnGitlab)).rejects.toThrow(/its statement names the .* and its certificate/)
  })
})

describe('a bundle is refused when', () => {
  it('it was changed after it was signed', async () => {
    const bundle = JSON.parse(String(await sigstore.sign(slsa1(hello, releaseOnGithub), claimsOf(releaseOnGithub))))
    const lie = slsa1(hello, { ...releaseOnGithub, ref: 'refs/heads/other' })
    bundle.dsseEnvelope.payload = Buffer.from(JSON.stringify(lie)).toString('base64')
    await expect(verifier.verify(Buffer.from(JSON.stringify(bundle)), hello)).rejects.toThrow(/does not verify/)
  })

  it('it comes from a Sigstore nobody trusts here', async () => {
    await using stranger = await SigstoreInstance.start()
    const bundle = await stranger.sign(slsa1(hello, releaseOnGithub), claimsOf(releaseOnGithub))
    await expect(verifier.verify(bundle, hello)).rejects.toThrow(/does not verify against a trusted Sigstore root/)
  })

  it('no Sigstore is trusted at all', async () => {
    const bundle = await sigstore.sign(slsa1(hello, releaseOnGithub), claimsOf(releaseOnGithub))
    const nobody = new ProvenanceVerifier({ publicGood: false, trustRoots: [] })
    await expect(nobody.verify(bundle, hello)).rejects.toThrow(/no Sigstore instance is trusted/)
  })

  it('its certificate is a person’s', async () => {
    const person = { 1: 'https://accounts.google.com', 8: 'https://accounts.google.com' }
    await expect(verify(slsa1(hello, releaseOnGithub), person)).rejects.toThrow(/it names no repository/)
  })

  it('an extension of its certificate is not encoded as Fulcio encodes it', async () => {
    const claims = Object.entries(claimsOf(releaseOnGithub)).filter(([number]) => number !== '15')
    const raw = sigstore.sign(slsa1(hello, releaseOnGithub), Object.fromEntries(claims), undefined, { 15: '4711' })
    await expect(verifier.verify(await raw, hello)).rejects.toThrow(/not a UTF8String/)
  })

  it('it is no provenance, or of a kind nobody knows', async () => {
    const base = slsa1(hello, releaseOnGithub)
    await expect(verify({ ...base, predicateType: 'https://slsa.dev/provenance/v9' })).rejects.toThrow(
      /not SLSA provenance/,
    )
    await expect(verify({ ...base, predicate: {} })).rejects.toThrow(/its predicate is incomplete: buildDefinition/)
    const text = await sigstore.sign(base, claimsOf(releaseOnGithub), 'text/plain')
    await expect(verifier.verify(text, hello)).rejects.toThrow(/in-toto/)
    await expect(verifier.verify(Buffer.from('{}'), hello)).rejects.toThrow(/does not verify/)
    await expect(verifier.verify(Buffer.from('hello'), hello)).rejects.toThrow(/not JSON/)
    await expect(verifier.verify(Buffer.alloc(2 ** 20 + 1), hello)).rejects.toThrow(/larger than/)
  })
})
