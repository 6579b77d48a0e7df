import { describe, expect, it } from 'vitest'
import { codes } from '../subject.ts'

describe('files', () => {
  it.each([
    ['.env', 'secret-file'],
    ['app/.env.production', 'secret-file'],
    ['id_rsa', 'secret-file'],
    ['.git/config', 'secret-file'],
    ['x/.aws/credentials', 'secret-file'],
    ['cert.pem', 'key-file'],
    ['store.p12', 'key-file'],
    ['lib/.DS_Store', 'stray-file'],
    ['npm-debug.log', 'stray-file'],
    ['.vscode/settings.json', 'stray-file'],
    ['vendor.tgz', 'archive-inside'],
    ['a.zip', 'archive-inside'],
  ])('%s is a %s', async (path, code) => expect(await codes({ files: { [path]: 'x' } })).toEqual([code]))

  it.each(['.env.example', 'lib/env.js', 'id_rsa.js', '.github/a.yml', '.gitignore', 'pem.js', 'src/key.ts'])(
    '%s may be there',
    async (path) => expect(await codes({ files: { [path]: 'x' } })).toEqual([]),
  )
})
