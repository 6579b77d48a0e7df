import { describe, expect, it } from 'vitest'
import { findings } from '../subject.ts'

// Put together here, so that nobody who scans this repository finds them.
const token = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_')
const begin = '-----BEGIN '
const key = `${begin}RSA PRIVATE KEY-----\n${'MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF0FNrEvYGzJ8hGqvvCGNeZLmYc2v\n'.repeat(12)}-----END RSA PRIVATE KEY-----\n`

const secretsIn = async (path: string, text: string) =>
  (await findings({ files: { [path]: text } })).filter(({ code }) => code === 'secret')

describe('secrets', () => {
  it('are found with file and line, and not repeated', async () => {
    const [found] = await secretsIn('lib/a.js', `\n\nconst token = "${token}"\n`)
    expect(found).toMatchObject({ severity: 'error', file: 'lib/a.js', line: 3 })
    expect(JSON.stringify(found)).not.toContain(token.slice(5, 15))
  })

  it.each([
    ['a private key', 'config.txt', key],
    ['a password in a URL', 'a.js', 'fetch("https://someone:s3cr3tpassw0rd@example.com/")'],
    ['a token of a registry', 'x.txt', `//registry.npmjs.org/:_authToken=npm_${'aB3dE6gH9j'.repeat(4).slice(0, 36)}`],
  ])('are of many kinds: %s', async (_, path, text) => expect(await secretsIn(path, text)).not.toEqual([]))

  it('are not waived by a comment of whoever left them', async () => {
    const text = `// secretlint-disable\nconst token = "${token}" // secretlint-disable-line\n`
    expect(await secretsIn('a.js', text)).toHaveLength(1)
  })

  it('are found in sources within maps, where they are escaped', async () => {
    const map = JSON.stringify({ version: 3, sources: ['src/a.ts'], sourcesContent: [key], mappings: '' })
    const found = await secretsIn('a.js.map', map)
    expect(found.map(({ file }) => file)).toContain('a.js.map → src/a.ts')
    const inline = `x()\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}\n`
    expect((await secretsIn('b.js', inline)).map(({ file }) => file)).toEqual(['b.js → src/a.ts'])
  })

  it.each([
    ['UTF-16', Buffer.from(`\ufeff${token}`, 'utf16le'), 'a.txt'],
    ['a NUL at the start of a script', Buffer.from(`\0"${token}"`), 'a.js'],
  ])('are not hidden by %s', async (_, bytes, path) => {
    const found = await findings({ files: { [path]: bytes } })
    expect(found.map(({ code }) => code)).toEqual(['secret'])
  })
})
