import { describe, expect, it } from 'vitest'
import { chooseTags } from '#appview/render/choose-tags.ts'
import { renderPackuments } from '#appview/render/packument.ts'
import type { KnownVersion } from '#appview/verdict/index.ts'

const org = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const name = '@acme.test/hello'

function known(
  version: string,
  manifest: object = {},
  firstSeen = '2026-01-01T00:00:00.000Z',
  method = 'mfa',
): KnownVersion {
  const firstSeenAt = new Date(firstSeen)
  const judgement = {
    versionCid: 'c',
    attestedBy: 'did:plc:alice',
    handle: 'alice.test',
    attestationCid: 'a',
    method,
    at: firstSeenAt,
  }
  return {
    row: {
      org,
      name,
      version,
      cid: 'c',
      manifest: Buffer.from(JSON.stringify({ name, version, ...manifest })),
      tarball_cid: 'b',
      size: 10,
      integrity: 'sha512-x',
      shasum: 'abc',
      file_count: 2,
      unpacked_size: 20,
      created_at: '1999-01-01T00:00:00.000Z',
      indexed_at: firstSeenAt,
    },
    facts: {
      cid: 'c',
      firstCid: 'c',
      tampered: false,
      firstSeenAt,
      attestations: 1,
      judgement,
      deprecated: undefined,
      retirement: undefined,
    },
  }
}

function render(allowed: KnownVersion[], tags: Record<string, string> = {}) {
  const facts = {
    org,
    name,
    allowed,
    retired: [],
    maintainers: [],
    tags: new Map(Object.entries(tags)),
    gatewayUrl: 'https://npm.acme.test',
  }
  return renderPackuments(facts) ?? expect.fail('nothing was rendered')
}

function versionOf(document: Record<string, unknown>, version: string) {
  return (document['versions'] as Record<string, Record<string, unknown>>)[version]
}

describe('a packument', () => {
  it('does not exist when nothing may be installed', () => {
    expect(
      renderPackuments({ org, name, allowed: [], retired: [], maintainers: [], tags: new Map(), gatewayUrl: '' }),
    ).toBeUndefined()
  })

  it('pins the publisher in the address of every tarball', () => {
    const { full, abbreviated } = render([known('1.0.0')])
    for (const document of [full, abbreviated]) {
      expect(versionOf(document, '1.0.0')?.['dist']).toMatchObject({
        tarball: `https://npm.acme.test/${org}/${name}/-/hello-1.0.0.tgz`,
        atproto: { did: org, uri: `at://${org}/app.npm.package.version/acme.test:hello:1.0.0`, cid: 'c' },
      })
    }
  })

  it('dates versions by when we saw them, not by what the publisher says', () => {
    const { full, abbreviated } = render([known('1.1.0', {}, '2026-02-01T00:00:00.000Z'), known('1.0.0')])
    expect(full['time']).toEqual({
      created: '2026-01-01T00:00:00.000Z',
      modified: '2026-02-01T00:00:00.000Z',
      '1.0.0': '2026-01-01T00:00:00.000Z',
      '1.1.0': '2026-02-01T00:00:00.000Z',
    })
    expect(abbreviated['modified']).toBe('2026-02-01T00:00:00.000Z')
  })

  it('dates imported versions by when they were published where they come from, and says that they are imported', () => {
    const { full } = render([known('1.0.0', {}, '2026-01-01T00:00:00.000Z', 'import'), known('1.1.0')])
    expect(full['time']).toMatchObject({
      created: '1999-01-01T00:00:00.000Z',
      '1.0.0': '1999-01-01T00:00:00.000Z',
      '1.1.0': '2026-01-01T00:00:00.000Z',
    })
    expect(versionOf(full, '1.0.0')?.['dist']).toMatchObject({ atproto: { imported: true } })
    expect(versionOf(full, '1.1.0')?.['dist']).not.toMatchObject({ atproto: { imported: true } })
  })

  it('believes no import that it comes from the future', () => {
    const { full } = render([known('1.0.0', {}, '1998-01-01T00:00:00.000Z', 'import')])
    expect(full['time']).toMatchObject({ '1.0.0': '1998-01-01T00:00:00.000Z' })
  })

  it('carries what package managers install by, in the form npm gives it', () => {
    const manifest = {
      bin: './cli.js',
      scripts: { postinstall: 'node x' },
      os: ['linux'],
      cpu: ['x64'],
      engines: { node: '>=20' },
      dependencies: { a: '1' },
      peerDependencies: { b: '2' },
      peerDependenciesMeta: { b: { optional: true } },
      bundledDependencies: true,
      description: 'says hello',
    }
    const { full, abbreviated } = render([known('1.0.0', manifest)])
    expect(versionOf(abbreviated, '1.0.0')).toMatchObject({
      bin: { hello: './cli.js' },
      hasInstallScript: true,
      os: ['linux'],
      cpu: ['x64'],
      engines: { node: '>=20' },
      dependencies: { a: '1' },
      peerDependencies: { b: '2' },
      peerDependenciesMeta: { b: { optional: true } },
      bundleDependencies: ['a'],
    })
    expect(versionOf(abbreviated, '1.0.0')).not.toHaveProperty('description')
    expect(versionOf(full, '1.0.0')).toMatchObject({ description: 'says hello', _npmUser: { name: 'alice.test' } })
    expect(versionOf(full, '1.0.0')).not.toHaveProperty('scripts')
  })

  it('says nothing of install scripts where there are none', () => {
    const { full } = render([known('1.0.0', { scripts: { test: 'vitest' } })])
    expect(versionOf(full, '1.0.0')).not.toHaveProperty('hasInstallScript')
  })
})

describe('what was said of versions since', () => {
  const saying = (version: string, facts: Partial<KnownVersion['facts']>, manifest = {}) => {
    const { row, facts: plain } = known(version, manifest)
    return { row, facts: { ...plain, ...facts } }
  }

  it('is their deprecation, in both forms, until it is taken back', () => {
    const { full, abbreviated } = render([saying('1.0.0', { deprecated: 'use 2' }), known('2.0.0')])
    for (const document of [full, abbreviated]) {
      expect(versionOf(document, '1.0.0')).toMatchObject({ deprecated: 'use 2' })
      expect(versionOf(document, '2.0.0')).not.toHaveProperty('deprecated')
    }
  })

  it('stands over what package.json says of itself', () => {
    const { full } = render([saying('1.0.0', { deprecated: '' }, { deprecated: 'born old' })])
    expect(versionOf(full, '1.0.0')).not.toHaveProperty('deprecated')
  })

  it('leaves of a withdrawn version its time alone', () => {
    const retired = [saying('2.0.0', { retirement: { reason: undefined } })]
    const tags = new Map([['latest', '2.0.0']])
    const { full } =
      renderPackuments({ org, name, allowed: [known('1.0.0')], retired, tags, maintainers: [], gatewayUrl: '' }) ?? {}
    expect(full).toMatchObject({ 'dist-tags': { latest: '1.0.0' }, time: { '2.0.0': expect.any(String) } })
    expect(full?.['versions']).not.toHaveProperty('2.0.0')
  })
})

describe('dist-tags', () => {
  it('stay as the organisation set them, also on an older version', () => {
    expect(
      chooseTags(
        new Map([
          ['latest', '1.0.0'],
          ['next', '2.0.0'],
        ]),
        ['1.0.0', '2.0.0'],
      ),
    ).toEqual({
      latest: '1.0.0',
      next: '2.0.0',
    })
  })

  it('of what may not be installed disappear, and latest moves to the newest release that may', () => {
    const tags = new Map([
      ['latest', '3.0.0'],
      ['beta', '4.0.0-beta.1'],
      ['gone', '3.0.0'],
    ])
    expect(chooseTags(tags, ['1.0.0', '2.0.0', '10.0.0', '4.0.0-beta.1', '11.0.0-rc.1'])).toEqual({
      latest: '10.0.0',
      beta: '4.0.0-beta.1',
    })
    expect(chooseTags(new Map(), ['1.0.0-a', '1.0.0-b'])).toEqual({ latest: '1.0.0-b' })
  })
})
