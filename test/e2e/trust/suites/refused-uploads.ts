import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { app } from '#lexicons'
import { type Entry, packageJsonEntry, tarballOf } from '#test/support/archives.ts'
import type { OpenBox } from '#test/support/open-box.ts'
import { publishBody, putPackage } from '#test/support/publish-request.ts'

const name = '@acme.test/bad'
const version = '1.0.0'

/** A request that would be fine, but for what a test changes. */
const packageJson = (changes: Record<string, unknown> = {}) => packageJsonEntry({ name, version, ...changes })
const tarball = tarballOf(packageJson())
const good = publishBody(name, version, tarball)
const file = `${name}-${version}.tgz`
const withEntries = (...entries: Entry[]) => publishBody(name, version, tarballOf(packageJson(), ...entries))
const withData = (data: string) => ({ ...good, _attachments: { [file]: { data, length: tarball.length } } })
const versioned = (other: string) => publishBody(name, other, tarballOf(packageJson({ version: other })))

const tooLarge = Buffer.alloc(2 ** 20 + 1, 'x')
const two = Object.fromEntries(
  [file, 'other.tgz'].map((key) => [key, { data: tarball.toString('base64'), length: tarball.length }]),
)
const altered = structuredClone(good) as { versions: Record<string, { dist: { integrity: string } }> }
for (const manifest of Object.values(altered.versions)) manifest.dist.integrity = `sha512-${'A'.repeat(86)}==`

interface BadUpload {
  body: unknown
  status: number
  says: RegExp
  /** The name in the URL, where it is not the package's. */
  at?: string
}

const badUploads: Record<string, BadUpload> = {
  'is no JSON': { body: '{"name": ', status: 400, says: /not valid JSON/ },
  'is JSON, but no document': { body: '[1, 2]', status: 400, says: /not a package document/ },
  'has nothing attached': { body: { ...good, _attachments: {} }, status: 400, says: /attach/ },
  'has two tarballs attached': { body: { ...good, _attachments: two }, status: 400, says: /exactly one/ },
  'is too large': { body: publishBody(name, version, tooLarge), status: 413, says: /larger than the 1048576 bytes/ },
  'is not base64': { body: withData('!!!not base64!!!'), status: 400, says: /base64/ },
  'is cut short': { body: withData(tarball.subarray(0, 40).toString('base64')), status: 400, says: /as long/ },
  'is no tarball': { body: publishBody(name, version, Buffer.from('hello')), status: 400, says: /gzip/ },
  'has another integrity': { body: altered, status: 400, says: /integrity/ },
  'is about another package than its URL': { body: good, at: '@acme.test/else', status: 400, says: /another package/ },
  'has another name inside': {
    body: publishBody(name, version, tarballOf(packageJson({ name: '@acme.test/else' }))),
    status: 400,
    says: /name is @acme.test\/else/,
  },
  'has another version inside': {
    body: publishBody(name, version, tarballOf(packageJson({ version: '9.9.9' }))),
    status: 400,
    says: /version is 9.9.9/,
  },
  'leads out of its folder': {
    body: withEntries({ path: 'package/../../etc/passwd', body: 'x' }),
    status: 400,
    says: /leads out of the package/,
  },
  'has an absolute path': { body: withEntries({ path: '/etc/passwd', body: 'x' }), status: 400, says: /absolute/ },
  'has a link in it': {
    body: withEntries({ path: 'package/link', type: 'SymbolicLink', linkpath: '/etc/passwd' }),
    status: 400,
    says: /link/i,
  },
  'has build metadata in its version': { body: versioned('1.0.0+build'), status: 400, says: /build metadata/ },
  'has a version semver would rewrite': { body: versioned('v1.0.0'), status: 400, says: /write it as 1.0.0/ },
  'has no version at all': { body: versioned('latest'), status: 400, says: /not a version/ },
}

/** Names as a URL says them; all of them with a document that agrees. */
const badNames: Record<string, [name: string, status: number, says: RegExp]> = {
  'in upper case': ['@acme.test/Bad', 400, /lower case|has to be "@acme.test\/bad"/],
  'with a Kelvin sign in it': ['@acme.test/\u212Aelvin', 400, /ASCII/],
  'that leads elsewhere': ['@acme.test/..', 400, /not a valid package name/],
  'with a slash too many': ['@acme.test/a/b', 405, /not supported/],
  'of an organisation that is not here': ['@other.test/x', 403, /not a name of an organisation/],
  'of everybody': ['left-pad', 403, /not a name of an organisation/],
}

/** What nobody could approve is refused before anything is kept of it (DESIGN §9). */
export function refusedUploads(box: () => OpenBox): void {
  describe('an upload is refused, and nothing is left of it, that', () => {
    it.each(Object.entries(badUploads))('%s', async (_, { body, at = name, status, says }) => {
      await refuses(at, body, status, says)
    })
  })

  describe('a name is refused, and nothing is left of its upload,', () => {
    it.each(Object.entries(badNames))('%s', async (_, [wanted, status, says]) => {
      const body = publishBody(wanted, version, tarballOf(packageJson({ name: wanted })))
      await refuses(wanted, body, status, says)
    })
  })

  async function refuses(at: string, body: unknown, status: number, says: RegExp): Promise<void> {
    const before = await traces()
    const { token } = await box().person('alice').atWork()
    const answer = await putPackage(box().gateway, token, at, body)
    expect(answer).toMatchObject({ status, body: { error: expect.stringMatching(says) } })
    expect(answer.body.authUrl).toBeUndefined()
    expect(await traces()).toEqual(before)
  }

  /** Everything a publish leaves on its way. */
  async function traces() {
    const { configs, org } = box().parts
    const [parked, operations, approvals, versions] = await Promise.all([
      readdir(join(configs.gateway.dataDir, 'parked')),
      box().sql<{ op: Buffer }>('gateway', 'SELECT op FROM operation ORDER BY op'),
      box().sql('people', 'SELECT handle_hash FROM approval ORDER BY handle_hash'),
      org.host.listRecords(box().acme, app.npm.package.version.$nsid, { limit: 1000 }),
    ])
    return { parked: parked.sort(), operations, approvals, versions: versions.map(({ rkey }) => rkey) }
  }
}
