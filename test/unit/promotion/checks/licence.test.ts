import { describe, expect, it } from 'vitest'
import { codes, findings } from '../subject.ts'

describe('the licence', () => {
  it.each(['MIT', 'Apache-2.0', '(MIT OR GPL-3.0-only)', 'GPL-2.0-only WITH Classpath-exception-2.0'])(
    '%s is fine',
    async (license) => expect(await codes({ manifest: { license } })).toEqual([]),
  )

  it.each([
    [undefined, 'licence-missing'],
    [' ', 'licence-missing'],
    ['UNLICENSED', 'licence-not-open'],
    ['unlicensed', 'licence-not-open'],
    ['SEE LICENSE IN EULA.txt', 'licence-invalid'],
    ['Apache 2', 'licence-invalid'],
  ])('%s stops it', async (license, code) => {
    const [found] = await findings({ manifest: { license } })
    expect(found).toMatchObject({ code, severity: 'error', version: '1.0.0', file: 'package.json' })
    expect(found?.remedy).toContain('https://spdx.org/licenses')
  })

  it('stops what says that it is private', async () => {
    expect(await codes({ manifest: { private: true } })).toEqual(['licence-not-open'])
  })

  it.each(['LICENSE', 'licence.md', 'LICENSE-MIT', 'COPYING', 'UNLICENSE'])('takes its text in %s', async (path) => {
    expect(await codes({ licenceFile: path })).toEqual([])
  })

  it.each(['src/LICENSE', 'README.md'])('warns when its text is in %s at most', async (path) => {
    expect(await codes({ licenceFile: path })).toEqual(['licence-file-missing'])
  })
})
