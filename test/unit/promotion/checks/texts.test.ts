import { describe, expect, it } from 'vitest'
import { boxOf, codes, findings, subjectFrom } from '../subject.ts'

const read = (text: string) => codes({ files: { 'a.js': text } })

describe('people', () => {
  it.each([
    { author: 'Ann <ann@acme.test>' },
    { contributors: [{ name: 'Ann', email: 'ann.b@mail.ACME.test' }] },
    { maintainers: ['x+y@corp.acme.test'] },
  ])('of the company are warned of: %j', async (manifest) => {
    const [found] = (await findings({ manifest })).filter(({ code }) => code === 'company-mail')
    expect(found).toMatchObject({ severity: 'warning', file: 'package.json' })
  })

  it.each(['ann@example.com', '"@acme.test/ui"', 'ann@notacme.test', 'ann@acme.testing'])(
    'of others are not: %s',
    async (text) => expect(await read(text)).toEqual([]),
  )
})

describe('names of private packages', () => {
  const names = { ...subjectFrom().names, packages: boxOf({ name: 'hidden-one' }, { name: '@acme.test/core' }) }
  const say = (text: string, together: string[] = []) =>
    codes({ files: { 'a.js': text }, subject: { names: { ...names, together: new Set(together) } } })

  it.each(['require("@acme.test/core/lib")', 'see @acme/secret.', "import 'hidden-one'"])(
    'are warned of: %s',
    async (text) => expect(await say(text)).toEqual(['private-name']),
  )

  it.each(['the hidden-one is not quoted', '"@acme.test/ui"', '"@other/core"', '"express"', 'x@acme/core'])(
    'are not seen in %s',
    async (text) => expect(await say(text)).toEqual([]),
  )

  it('may be said when they are promoted together', async () => {
    expect(await say('"@acme.test/core"', ['@acme.test/core'])).toEqual([])
  })
})

describe('paths of whoever built it', () => {
  it.each([
    '"/home/alice/ui/a.ts"',
    'file:///Users/alice/x',
    'C:\\Users\\alice\\x',
    '"c:\\\\Users\\\\alice\\\\x"',
    'C:/Users/alice/x',
  ])('are warned of: %s', async (text) => expect(await read(text)).toEqual(['build-path']))

  it.each(['https://example.com/home/alice/', '/home/user/x', '/Users/you/x', './home/alice/', '/home/'])(
    'are not seen in %s',
    async (text) => expect(await read(text)).toEqual([]),
  )
})
