import { describe, expect, it } from 'vitest'
import { codes, findings, subjectFrom } from '../subject.ts'

const read = (text: string) => codes({ files: { 'a.js': text } })

describe('hosts', () => {
  it.each([
    'https://git.corp.acme.test/x',
    'GIT.CORP.ACME.TEST',
    'at corp.acme.test.',
    'npm.box.test:8443',
    '//npm.box.test/',
    'ssh://buildhost/x',
    'git@buildhost:x',
  ])('of the inside are found: %s', async (text) => expect(await read(text)).toContain('internal-host'))

  it.each([
    'https://acme.test/',
    'https://docs.corp.acme.test/guide',
    'import "@acme.test/ui"',
    'notcorp.acme.test',
    'corp.acme.tests',
    'corp.acme.test.example.com',
    'a buildhost is a machine',
    'this.local = module.internal',
    'window.app.local()',
    'https://example.com',
    'localhost',
  ])('of the outside are not: %s', async (text) => expect(await read(text)).toEqual([]))

  it.each(['http://wiki.local/', 'git@code.internal', 'db.office.lan:5432', 'https://x.intranet'])(
    'that look like an inside are warned of: %s',
    async (text) => expect(await read(text)).toEqual(['internal-looking-host']),
  )

  it.each(['localhost:3000', 'http://127.0.0.1:8080/', '[::1]:80'])(
    'with a port here are warned of: %s',
    async (text) => expect(await read(text)).toEqual(['local-port']),
  )

  it('are said with file and line, once in each file', async () => {
    const text = 'one\ntwo\nhttps://git.corp.acme.test/ and again\nhttps://git.corp.acme.test/'
    expect(await findings({ files: { 'lib/a.js': text } })).toEqual([
      expect.objectContaining({ code: 'internal-host', version: '1.0.0', file: 'lib/a.js', line: 3 }),
    ])
  })

  it('below the handle are found where its domain is internal, the handle itself is not', async () => {
    const settings = { ...subjectFrom().settings, internalDomains: ['acme.test'], mailDomains: [] }
    const found = await findings({ files: { 'a.js': 'acme.test\ngit.acme.test' }, subject: { settings } })
    expect(found.map(({ code, line }) => [code, line])).toEqual([['internal-host', 2]])
  })

  it('are answered where they are said: a source is declared anew, a file takes another version', async () => {
    const host = 'https://git.corp.acme.test/acme/ui'
    const subject = { package: { name: '@acme.test/ui', source: [host] } }
    const found = await findings({ files: { 'a.js': host }, subject })
    const remedies = Object.fromEntries(found.map(({ file, remedy }) => [file, remedy]))
    expect(remedies['(source)']).toContain('atoll source set')
    expect(remedies['a.js']).toContain('publish a new version')
  })

  it('are found in names of files', async () => {
    const [found] = await findings({ files: { 'fixtures/git.corp.acme.test': '{}' } })
    expect(found).toMatchObject({ code: 'internal-host', file: '(paths)' })
  })

  it('are found in all that is published besides the tarball', async () => {
    const host = 'git.corp.acme.test'
    const payload = Buffer.from(JSON.stringify({ builder: `https://${host}/runner` })).toString('base64')
    const found = await findings({
      subject: {
        package: {
          ...{ name: '@acme.test/ui', description: host, license: host, homepage: host, keywords: [host] },
          source: ['https://token.actions.githubusercontent.com', `https://${host}/acme/ui`, '4711'],
        },
      },
      version: {
        deprecation: host,
        retirement: host,
        provenance: { state: 'verified', bundle: Buffer.from(JSON.stringify({ payload })) },
      },
    })
    expect(found.filter(({ code }) => code === 'internal-host').map(({ file }) => file)).toEqual([
      '(description)',
      '(homepage)',
      '(keywords)',
      '(license)',
      '(source)',
      '(deprecation)',
      '(provenance, decoded)',
      '(retirement)',
    ])
  })
})
