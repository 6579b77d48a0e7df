import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anchorsBeside, readLockfile } from '#appliance/verify/index.ts'

const gateway = 'http://localhost:4873'
const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
const sri = `sha512-${Buffer.alloc(64, 1).toString('base64')}`

let count = 0
/** A project that holds these files. */
async function project(files: Record<string, string>): Promise<string> {
  count += 1
  const folder = join(tmpdir(), `lockfiles-${process.pid}-${count}`)
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return folder
}

async function read(file: string, text: string) {
  return readLockfile(join(await project({ [file]: text }), file))
}

describe('a lockfile of npm', () => {
  const text = JSON.stringify(
    {
      name: 'app',
      lockfileVersion: 3,
      packages: {
        '': { name: 'app', dependencies: { num: 'npm:is-number@7.0.0' } },
        'packages/own': { version: '1.0.0' },
        'node_modules/own': { resolved: 'packages/own', link: true },
        'node_modules/@acme.test/ui': {
          version: '1.0.0',
          resolved: `${gateway}/${did}/@acme.test/ui/-/ui-1.0.0.tgz`,
          integrity: sri,
        },
        'node_modules/num': {
          name: 'is-number',
          version: '7.0.0',
          resolved: `${gateway}/is-number/-/is-number-7.0.0.tgz`,
          integrity: sri,
        },
        'node_modules/@acme.test/ui/node_modules/inside': { version: '1.0.0', inBundle: true },
      },
    },
    null,
    2,
  )

  it.each(['package-lock.json', 'npm-shrinkwrap.json'])(
    '%s names what npm fetches, by the names it is published under',
    async (file) => {
      const { manager, packages } = await read(file, text)
      expect(manager).toBe('npm')
      expect(packages).toEqual([
        {
          name: '@acme.test/ui',
          version: '1.0.0',
          integrity: sri,
          tarball: `${gateway}/${did}/@acme.test/ui/-/ui-1.0.0.tgz`,
          line: 18,
        },
        {
          name: 'is-number',
          version: '7.0.0',
          integrity: sri,
          tarball: `${gateway}/is-number/-/is-number-7.0.0.tgz`,
          line: 23,
        },
      ])
      expect(text.split('\n')[17]).toContain('node_modules/@acme.test/ui')
    },
  )

  it('is found in node_modules, too', async () => {
    const folder = await project({ 'node_modules/.package-lock.json': text })
    expect((await readLockfile(join(folder, 'node_modules'))).packages).toHaveLength(2)
  })

  it.each([
    ['of npm 6', JSON.stringify({ lockfileVersion: 1, dependencies: {} })],
    ['cut off', text.slice(0, 300)],
    ['of another shape', JSON.stringify({ lockfileVersion: 3, packages: { 'node_modules/x': { version: 5 } } })],
    ['no object', '[]'],
  ])('is refused in words when it is %s', async (_, broken) => {
    await expect(read('package-lock.json', broken)).rejects.toThrow(/lockfile/)
  })
})

describe('a lockfile of pnpm', () => {
  const v9 = `lockfileVersion: '9.0'

importers:
  .:
    dependencies:
      '@acme.test/ui':
        specifier: 1.0.0
        version: 1.0.0

packages:

  '@acme.test/ui@1.0.0':
    resolution: {integrity: ${sri}, tarball: ${gateway}/${did}/@acme.test/ui/-/ui-1.0.0.tgz}

  is-number@7.0.0:
    resolution: {integrity: ${sri}}
    engines: {node: '>=0.12.0'}

  own@file:../own:
    resolution: {directory: ../own, type: directory}

snapshots:

  '@acme.test/ui@1.0.0': {}
`

  it('names packages, where they come from where that is unusual, and their lines', async () => {
    const { manager, packages } = await read('pnpm-lock.yaml', v9)
    expect(manager).toBe('pnpm')
    expect(packages).toEqual([
      {
        name: '@acme.test/ui',
        version: '1.0.0',
        integrity: sri,
        tarball: `${gateway}/${did}/@acme.test/ui/-/ui-1.0.0.tgz`,
        line: 12,
      },
      { name: 'is-number', version: '7.0.0', integrity: sri, tarball: undefined, line: 15 },
    ])
    expect(v9.split('\n')[11]).toContain('@acme.test/ui@1.0.0')
  })

  it('of format 6 has slashes before names and peers behind versions', async () => {
    const v6 = `lockfileVersion: '6.0'\npackages:\n  /@acme.test/ui@1.0.0(react@18.0.0):\n    resolution: {integrity: ${sri}}\n`
    const { packages } = await read('pnpm-lock.yaml', v6)
    expect(packages).toEqual([expect.objectContaining({ name: '@acme.test/ui', version: '1.0.0', line: 3 })])
  })

  it('is found in node_modules, too', async () => {
    const folder = await project({ 'node_modules/.pnpm/lock.yaml': v9 })
    expect((await readLockfile(join(folder, 'node_modules'))).packages).toHaveLength(2)
  })

  it.each([
    ['older', 'lockfileVersion: 5.4\npackages: {}\n'],
    ['no YAML', 'lockfileVersion: "9.0\n'],
  ])('is refused in words when it is %s', async (_, text) => {
    await expect(read('pnpm-lock.yaml', text)).rejects.toThrow(/lockfile/)
  })
})

describe('a lockfile of yarn 1', () => {
  const text = `# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.
# yarn lockfile v1


"@acme.test/ui@1.0.0", "@acme.test/ui@^1.0.0":
  version "1.0.0"
  resolved "${gateway}/${did}/@acme.test/ui/-/ui-1.0.0.tgz#693cd0bfa7fdc71a3386b72088b660fb70851927"
  integrity ${sri}

is-number@7.0.0, "num@npm:is-number@7.0.0":
  version "7.0.0"
  resolved "${gateway}/is-number/-/is-number-7.0.0.tgz#7535345b896734d5f80c4d06c50955527a14f12b"
  integrity ${sri}
`

  it('names packages once, however often they are asked for', async () => {
    const { manager, packages } = await read('yarn.lock', text)
    expect(manager).toBe('yarn 1')
    expect(packages).toEqual([
      {
        name: '@acme.test/ui',
        version: '1.0.0',
        integrity: sri,
        tarball: `${gateway}/${did}/@acme.test/ui/-/ui-1.0.0.tgz`,
        line: 5,
      },
      {
        name: 'is-number',
        version: '7.0.0',
        integrity: sri,
        tarball: `${gateway}/is-number/-/is-number-7.0.0.tgz`,
        line: 10,
      },
    ])
  })

  it('names an alias by what it stands for', async () => {
    const { packages } = await read('yarn.lock', text.replace('is-number@7.0.0, "num', '"num'))
    expect(packages[1]?.name).toBe('is-number')
  })
})

describe('a lockfile of yarn 2 and later', () => {
  const encoded = encodeURIComponent(`${gateway}/${did}/@acme.test/ui/-/ui-1.0.0.tgz`)
  const text = `# This file is generated by running "yarn install" inside your project.

__metadata:
  version: 10
  cacheKey: 10c0

"@acme.test/ui@npm:1.0.0":
  version: 1.0.0
  resolution: "@acme.test/ui@npm:1.0.0::__archiveUrl=${encoded}"
  checksum: 10c0/6d43a916
  languageName: node
  linkType: hard

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  languageName: unknown
  linkType: soft

"num@npm:is-number@7.0.0":
  version: 7.0.0
  resolution: "is-number@npm:7.0.0"
  checksum: 10c0/b4686d0d
  languageName: node
  linkType: hard
`

  it('names what comes from registries, and no bytes', async () => {
    const { manager, packages } = await read('yarn.lock', text)
    expect(manager).toBe('yarn')
    expect(packages).toEqual([
      {
        name: '@acme.test/ui',
        version: '1.0.0',
        integrity: undefined,
        tarball: `${gateway}/${did}/@acme.test/ui/-/ui-1.0.0.tgz`,
        line: 9,
      },
      { name: 'is-number', version: '7.0.0', integrity: undefined, tarball: undefined, line: 22 },
    ])
  })
})

describe('where there is none', () => {
  it.each(['.', 'node_modules', 'README.md', 'gone'])('%s is refused in words', async (path) => {
    const folder = await project({ 'README.md': '# Hello', 'node_modules/x/package.json': '{}' })
    await expect(readLockfile(join(folder, path))).rejects.toThrow(/There is no|no lockfile/)
  })
})

describe('the anchors', () => {
  it.each([
    ['package-lock.json', 'atoll-anchors.json'],
    ['app/yarn.lock', 'app/atoll-anchors.json'],
    ['node_modules/.package-lock.json', 'atoll-anchors.json'],
    ['app/node_modules/.pnpm/lock.yaml', 'app/atoll-anchors.json'],
    ['/app/node_modules/.package-lock.json', '/app/atoll-anchors.json'],
  ])('are beside the project’s own files: of %s at %s', (lockfile, anchors) => {
    expect(anchorsBeside(lockfile)).toBe(anchors)
  })
})
