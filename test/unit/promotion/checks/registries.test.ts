import { describe, expect, it } from 'vitest'
import { codes } from '../subject.ts'

describe('registries', () => {
  it.each([{ registry: 'https://npm.box.test:8443/' }, { '@acme:registry': 'https://r.example/' }, { registry: 'x' }])(
    'in publishConfig are found: %j',
    async (publishConfig) => expect(await codes({ manifest: { publishConfig } })).toContain('publish-registry'),
  )

  it.each([{ registry: 'https://registry.npmjs.org/' }, { access: 'public', tag: 'next' }, 'nonsense', null])(
    'in publishConfig may be public ones: %j',
    async (publishConfig) => expect(await codes({ manifest: { publishConfig } })).toEqual([]),
  )

  it.each(['.npmrc', 'lib/.yarnrc.yml', 'bunfig.toml'])('are not configured by %s', async (path) => {
    expect(await codes({ files: { [path]: 'x=1' } })).toEqual(['registry-settings'])
  })

  it.each([
    [
      'npm-shrinkwrap.json',
      '{"resolved":"https://npm.box.test:8443/x/-/x-1.tgz"}',
      ['internal-host', 'lockfile-registry'],
    ],
    ['yarn.lock', '  resolved "https://other.example/x.tgz"', ['lockfile-host']],
    ['pnpm-lock.yaml', 'tarball: https://registry.npmjs.org/x/-/x-1.0.0.tgz', []],
    ['lib/notes.txt', 'https://other.example/x.tgz', []],
  ])('in %s are held to the public ones', async (path, text, expected) => {
    expect(await codes({ files: { [path]: text } })).toEqual(expected)
  })
})
