import { describe, expect, it } from 'vitest'
import { shownText } from '#appview/readmes/shown-text.ts'
import { chooseTags } from '#appview/render/choose-tags.ts'
import { renderPackuments } from '#appview/render/packument.ts'
import type { KnownVersion } from '#appview/verdict/index.ts'
import { publishedAt } from '#appview/verdict/published-at.ts'

const org = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const name = '@acme.test/hello'
const createdAt = '1999-01-01T00:00:00.000Z'
const nothingElse = {
  source: 'internal' as const,
  name,
  traits: [],
  byCi: false,
  labels: [],
  advisories: [],
  provenance: undefined,
  exceptions: [],
}

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
      has_binding_gyp: false,
      readme_cid: null,
      provenance_cid: null,
      created_at: createdAt,
      indexed_at: firstSeenAt,
    },
    facts: {
      ...nothingElse,
      version,
      now: Date.parse('2026-11-29'),
      publishedAt: publishedAt({ created_at: createdAt }, { judgement, firstSeenAt }),
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

function render(
  allowed: KnownVersion[],
  tags: Record<string, string> = {},
  readme: { cid: string; text: string } | undefined = undefined,
) {
  const facts = {
    org,
    name,
    allowed,
    retired: [],
    maintainers: [],
    readme,
    tags: new Map(Object.entries(tags)),
    gatewayUrl: 'https://npm.acme.test',
  }
  return renderPackuments(facts) ?? expect.fail('nothing was rendered')
}

function withRow({ row, facts }: KnownVersion, changes: Partial<KnownVersion['row']>): KnownVersion {
  return { row: { ...row, ...changes }, facts }
}

function versionOf(document: Record<string, unknown>, version: string) {
  return (document['versions'] as Record<string, Record<string, unknown>>)[version]
}

describe('a packument', () => {
  it('does not exist when nothing may be installed', () => {
    expect(
      renderPackuments({
        org,
        name,
        allowed: [],
        retired: [],
        maintainers: [],
        readme: undefined,
        tags: new Map(),
        gatewayUrl: '',
      }),
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
    expect(versionOf(full, '1.0.0')).toMatchObject({
      description: 'says hello',
      _npmUser: { name: 'alice.test', email: 'did:plc:alice' },
    })
    expect(versionOf(full, '1.0.0')).not.toHaveProperty('scripts')
  })

  it('says nothing of install scripts where there are none', () => {
    const { full } = render([known('1.0.0', { scripts: { test: 'vitest' } })])
    expect(versionOf(full, '1.0.0')).not.toHaveProperty('hasInstallScript')
  })

  it.each([
    [{}, true],
    [{ scripts: { test: 'vitest' } }, true],
    [{ gypfile: false }, undefined],
    [{ gypfile: false, scripts: { install: 'node build' } }, true],
  ])('says of a binding.gyp beside %j, as npm would: %s', (manifest, hasInstallScript) => {
    const { full, abbreviated } = render([withRow(known('1.0.0', manifest), { has_binding_gyp: true })])
    for (const document of [full, abbreviated]) {
      expect(versionOf(document, '1.0.0')?.['hasInstallScript']).toBe(hasInstallScript)
    }
  })

  it('describes a package in the shapes npm prints, whatever shapes its package.json has', () => {
    const { full } = render([
      known('1.0.0', {
        author: 'Ann <ann@acme.test> (https://ann.acme.test)',
        contributors: ['Ben', { name: 'Cy' }, 7],
        keywords: 'small, fast',
        repository: 'acme/tools',
        bugs: 'https://acme.test/bugs',
        homepage: 'https://acme.test',
        license: 'MIT',
        gitHead: 'abc',
      }),
    ])
    const described = {
      author: { name: 'Ann', email: 'ann@acme.test', url: 'https://ann.acme.test' },
      contributors: [{ name: 'Ben' }, { name: 'Cy' }],
      keywords: ['small', 'fast'],
      repository: { type: 'git', url: 'git+https://github.com/acme/tools.git' },
      bugs: { url: 'https://acme.test/bugs' },
      homepage: 'https://acme.test',
      license: 'MIT',
    }
    expect(full).toMatchObject(described)
    expect(versionOf(full, '1.0.0')).toMatchObject({ ...described, gitHead: 'abc' })
  })

  it.each([
    [{ repository: { type: 'git', url: 'https://git.acme.test/x' } }, { url: 'https://git.acme.test/x' }],
    [{ repository: 'gitlab:acme/x' }, { url: 'git+https://gitlab.com/acme/x.git' }],
    [{ repository: 'https://git.acme.test/x' }, { url: 'https://git.acme.test/x' }],
  ])('keeps the address of %j', (manifest, repository) => {
    expect(render([known('1.0.0', manifest)]).full['repository']).toMatchObject(repository)
  })

  it('leaves out what has no shape anybody knows', () => {
    const odd = { author: 7, contributors: 'me', keywords: { a: 1 }, bugs: 'somewhere' }
    const shown = versionOf(render([known('1.0.0', odd)]).full, '1.0.0') ?? {}
    for (const field of Object.keys(odd)) expect(shown).not.toHaveProperty(field, expect.anything())
  })
})

describe('the README', () => {
  const first = withRow(known('1.0.0'), { readme_cid: 'r1' })
  const second = withRow(known('2.0.0'), { readme_cid: 'r2' })

  it('is the latest version’s, in the full form alone', () => {
    const readme = { cid: 'r2', text: '# Hello' }
    const { full, abbreviated, readmeCid } = render([first, second], { latest: '2.0.0' }, readme)
    expect(readmeCid).toBe('r2')
    expect(full['readme']).toBe('# Hello')
    expect(abbreviated).not.toHaveProperty('readme')
    expect(versionOf(full, '2.0.0')).not.toHaveProperty('readme')
  })

  it('is none as long as only another one is known, and asks for the right one', () => {
    const { full, readmeCid } = render([first, second], { latest: '1.0.0' }, { cid: 'r2', text: '# Hello' })
    expect(readmeCid).toBe('r1')
    expect(full['readme']).toBeUndefined()
    expect(render([known('1.0.0')], {}, { cid: 'r2', text: '# Hello' }).full['readme']).toBeUndefined()
  })

  it('makes no other revision of the document', () => {
    const before = render([second]).full['_rev']
    expect(render([second], {}, { cid: 'r2', text: '# Hello' }).full['_rev']).toBe(before)
  })

  it('is cut off between characters, and has none that Postgres refuses', () => {
    expect(shownText(Buffer.from('a\0b'))).toBe('ab')
    const long = Buffer.from(`x${'é'.repeat(65_536)}`)
    expect(shownText(long)).toBe(`x${'é'.repeat(32_767)}`)
    expect(shownText(Buffer.from([0x61, 0xff, 0x62]))).toBe('a\ufffdb')
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

  it('is the same, byte for byte, in whatever order its versions come', () => {
    const versions = [known('1.0.0'), known('1.0.10'), known('1.0.9', {}, '2025-01-01T00:00:00.000Z')]
    const rendered = JSON.stringify(render(versions))
    expect(JSON.stringify(render(versions.toReversed()))).toBe(rendered)
    expect(Object.keys(render(versions).full['time'] as object).slice(2)).toEqual(['1.0.9', '1.0.0', '1.0.10'])
  })

  it('leaves of a withdrawn version its time alone', () => {
    const retired = [saying('2.0.0', { retirement: { reason: undefined } })]
    const tags = new Map([['latest', '2.0.0']])
    const facts = { org, name, allowed: [known('1.0.0')], retired, tags, maintainers: [], readme: undefined }
    const { full } = renderPackuments({ ...facts, gatewayUrl: '' }) ?? {}
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
