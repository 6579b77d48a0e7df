import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Npm, NpmResult } from '#appliance/tour/npm.ts'

interface Reading {
  name: string
  /** Of alice, who published it in versions 1.0.0 to 3.0.0, and manages nothing. */
  npm: Npm
}

/** Stock npm's commands that look, at a box where nothing was looked at before. */
export function npmReads(at: () => Reading): void {
  const runs = (...command: string[]): Promise<NpmResult> => at().npm.run(at().npm.home, command)

  async function says(...command: string[]): Promise<string> {
    const { exitCode, output } = await runs(...command)
    expect(exitCode, output).toBe(0)
    return output.trim()
  }

  it('shows a package: who made it, what it is, and its README', async () => {
    const { name } = at()
    const shown = await says('view', name)
    expect(shown).toMatch(/@3\.0\.0 \| MIT \| deps: none \| versions: 4\nA package for tests\n/)
    expect(shown).toMatch(/\nmaintainers:\n- alice\.people\.test <did:plc:\w{24}>\n/)
    expect(shown).toMatch(/published .* by alice\.people\.test <did:plc:\w{24}>$/)
    expect(await says('view', name, 'readme')).toBe(`# ${name}`)
  })

  it('shows who one is, and sends to the identity provider who would be somebody else', async () => {
    const profile = await says('profile', 'get')
    expect(profile).toMatch(/^name: alice\.people\.test\n/)
    expect(profile).toContain('two-factor auth: auth-and-writes')
    const refused = await runs('profile', 'set', 'fullname', 'Alice')
    expect(refused).toMatchObject({ exitCode: 1, output: expect.stringMatching(/405.*from your identity provider/) })
  })

  it('lists people and access', async () => {
    const { name } = at()
    expect(await says('org', 'ls', 'acme.test')).toBe('alice.people.test - developer\ndan.people.test - owner')
    expect(await says('team', 'ls', '@acme.test')).toMatch(/^@acme\.test has 1 team:\n@acme\.test:maintainers$/)
    expect(await says('team', 'ls', 'acme.test:maintainers')).toMatch(/alice\.people\.test/)
    expect(await says('access', 'list', 'packages')).toContain(`${name}: read-write`)
    expect(await says('access', 'list', 'collaborators', name)).toBe('alice.people.test: read-write')
    expect(await says('access', 'get', 'status', name)).toBe(`${name}: private`)
  })

  it('compares versions, and installs one by its address', async () => {
    const { name, npm } = at()
    const project = join(npm.home, 'project')
    await mkdir(project)
    const manifest = { name: 'reader', version: '1.0.0', dependencies: { [name]: '1.0.0' } }
    await writeFile(join(project, 'package.json'), JSON.stringify(manifest))
    expect(await npm.run(project, ['install'])).toMatchObject({ exitCode: 0 })
    // npm ends with 1 when something is outdated.
    const outdated = await npm.run(project, ['outdated', '--json'])
    expect(JSON.parse(outdated.output)).toMatchObject({ [name]: { current: '1.0.0', latest: '3.0.0' } })
    expect(await says('diff', `--diff=${name}@1.0.0`, `--diff=${name}@1.1.0`)).toContain('+  "version": "1.1.0",')
    const byAddress = await npm.run(project, ['install', `${npm.registry}/${name}/-/written-1.1.0.tgz`])
    expect(byAddress).toMatchObject({ exitCode: 0 })
    const installed = await readFile(join(project, 'node_modules', name, 'package.json'), 'utf8')
    expect(JSON.parse(installed)).toMatchObject({ version: '1.1.0' })
  })

  it('says that there are no stars', async () => {
    const refused = await runs('star', at().name)
    expect(refused).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('Starring packages is not supported'),
    })
  })
}
