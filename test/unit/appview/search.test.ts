import { describe, expect, it } from 'vitest'
import { describePackage } from '#appview/search/describe-package.ts'
import { parseQuery } from '#appview/search/parse-query.ts'

function packument(latest: object, name = '@acme.test/hello-world') {
  return {
    name,
    'dist-tags': { latest: '1.1.0' },
    versions: { '1.0.0': { description: 'old' }, '1.1.0': { _npmUser: { name: 'alice.test' }, ...latest } },
    time: { '1.1.0': '2026-01-01T00:00:00.000Z' },
    maintainers: [{ name: 'alice.test' }],
  }
}

describe('what can be found of a package', () => {
  it('is what its latest version says, in words', () => {
    const entry = describePackage(packument({ description: 'Greets: the WORLD.', keywords: ['Greeting', 'hello'] }))
    expect(entry.words).toEqual({
      name: 'acme test hello world',
      keywords: 'greeting hello',
      description: 'greets the world',
      people: 'alice test',
    })
    expect(entry).toMatchObject({ scope: 'acme.test', keywords: ['greeting', 'hello'], deprecated: false })
    expect(entry.summary).toMatchObject({ version: '1.1.0', publisher: 'alice.test', date: '2026-01-01T00:00:00.000Z' })
  })

  it('names people without their addresses', () => {
    for (const author of [
      'Ann Example <ann@example.com> (https://ann.example)',
      { name: 'Ann Example', email: 'a@b' },
    ]) {
      const entry = describePackage(packument({ author }))
      expect(entry.authors).toEqual(['ann example'])
      expect(JSON.stringify(entry)).not.toContain('@example')
    }
  })

  it('links to the web only', () => {
    const latest = { homepage: 'javascript:alert(1)', repository: { url: 'git+https://git.test/a' }, bugs: 'not a url' }
    const { summary } = describePackage(packument(latest))
    expect(summary).toMatchObject({ repository: 'https://git.test/a' })
    expect(summary).not.toHaveProperty('homepage')
    expect(summary).not.toHaveProperty('bugs')
  })

  it('is nothing the database refuses, whatever a manifest holds', () => {
    const half = `${'x'.repeat(499)}😀`
    const { summary } = describePackage(packument({ description: half, keywords: ['a\0b', 7, null], license: {} }))
    expect(summary.description?.isWellFormed()).toBe(true)
    expect(summary.keywords).toEqual(['ab'])
    expect(summary).not.toHaveProperty('license')
    for (const odd of [null, 7, 'x', [], {}]) {
      const fields = ['author', 'keywords', 'repository', 'bugs', 'homepage', 'description', 'deprecated', '_npmUser']
      const latest = Object.fromEntries(fields.map((field) => [field, odd]))
      expect(() => describePackage(packument(latest))).not.toThrow()
    }
  })
})

describe('what somebody looks for', () => {
  it('is words, taken apart like names', () => {
    expect(parseQuery('@acme.test/Hello-wor')).toMatchObject({
      exact: '@acme.test/hello-wor',
      words: ['acme', 'test', 'hello', 'wor'],
    })
  })

  it('is no operator of the database', () => {
    expect(parseQuery("a' | !b:* & (c)").words).toEqual(['a', 'b', 'c'])
  })

  it('is narrowed by npm’s qualifiers', () => {
    expect(parseQuery('scope:@acme.test keywords:a,b author:ann maintainer:bob not:deprecated x foo:bar')).toEqual({
      exact: 'x foo:bar',
      words: ['x', 'foo', 'bar'],
      scopes: ['acme.test'],
      keywords: [['a', 'b']],
      authors: ['ann'],
      maintainers: ['bob'],
      deprecated: false,
    })
  })

  it.each(['is:insecure', 'not:unstable', 'a b c d e f g h i j k l m n o p q r s t u'])('is not %s', (text) => {
    expect(() => parseQuery(text)).toThrow(expect.objectContaining({ code: 'InvalidRequest' }))
  })
})
