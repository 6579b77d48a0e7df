import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Npm, type NpmResult } from '#appliance/tour/npm.ts'
import type { OpenBox } from '#test/support/open-box.ts'
import { npmReads } from './npm-reads.ts'

const name = '@acme.test/written'
const did = { exitCode: 0 }

/** Stock npm's commands that change a package that is there, by both of its ways to a one-time password. */
export function npmWrites(box: () => OpenBox): void {
  describe('stock npm', () => {
    let folder: string
    let alices: Npm
    let dans: Npm

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'atoll-npm-writes-'))
      for (const version of ['1.0.0', '1.1.0', '2.0.0', '3.0.0'])
        await box().person('alice').publishes(`${name}@${version}`)
      ;[alices, dans] = [await signedIn('alice'), await signedIn('dan')]
    })
    afterAll(() => rm(folder, { recursive: true, force: true }))

    npmReads(() => ({ name, npm: alices }))

    it('moves and removes a dist-tag, while the person approves', async () => {
      expect(await says(alices, 'dist-tag', 'ls', name)).toBe('latest: 3.0.0')
      expect(await writes('alice', 'dist-tag', 'add', `${name}@1.0.0`, 'beta')).toMatchObject(did)
      expect(await says(alices, 'dist-tag', 'ls', name)).toBe('beta: 1.0.0\nlatest: 3.0.0')
      expect(await writes('alice', 'dist-tag', 'rm', name, 'beta')).toMatchObject(did)
      expect(await says(alices, 'dist-tag', 'ls', name)).toBe('latest: 3.0.0')
    })

    it('moves a tag with a typed code', async () => {
      expect(await writesByCode('alice', 'dist-tag', 'add', `${name}@2.0.0`, 'latest')).toMatchObject(did)
      expect(await says(alices, 'view', name, 'version')).toBe('2.0.0')
      expect(await writesByCode('alice', 'dist-tag', 'add', `${name}@3.0.0`, 'latest')).toMatchObject(did)
    })

    it('keeps latest, and says why', async () => {
      const refused = await alices.run(folder, ['dist-tag', 'rm', name, 'latest'])
      expect(refused.exitCode).toBe(1)
      expect(refused.output).toMatch(/"latest" cannot be removed/)
    })

    it('deprecates a range, and takes it back', async () => {
      expect(await writes('alice', 'deprecate', `${name}@<2`, 'use 2')).toMatchObject(did)
      for (const version of ['1.0.0', '1.1.0']) {
        expect(await says(alices, 'view', `${name}@${version}`, 'deprecated')).toBe('use 2')
      }
      expect(await says(alices, 'view', `${name}@2.0.0`, 'deprecated')).toBe('')
      expect(await writesByCode('alice', 'deprecate', `${name}@<2`, '')).toMatchObject(did)
      expect(await says(alices, 'view', `${name}@1.0.0`, 'deprecated')).toBe('')
    })

    it('adds an owner and removes them, for those who manage', async () => {
      expect(await says(alices, 'owner', 'ls', name)).toMatch(/^alice\.people\.test <did:plc:\w+>$/)
      const refused = await writes('alice', 'owner', 'add', 'bob', name)
      expect(refused).toMatchObject({ exitCode: 1, output: expect.stringContaining('manage') })
      expect(await writes('dan', 'owner', 'add', 'bob', name)).toMatchObject(did)
      expect(await says(alices, 'owner', 'ls', name)).toMatch(/bob\.people\.test/)
      expect(await writes('dan', 'owner', 'rm', 'bob.people.test', name)).toMatchObject(did)
      expect(await says(alices, 'owner', 'ls', name)).not.toMatch(/bob/)
    })

    it('makes a team and fills it, for those who manage', async () => {
      expect(await writes('dan', 'team', 'create', 'acme.test:scribes')).toMatchObject(did)
      expect(await writes('dan', 'team', 'add', 'acme.test:scribes', 'bob')).toMatchObject(did)
      expect(await says(dans, 'team', 'ls', 'acme.test:scribes')).toBe(
        '@acme.test:scribes has 1 user:\nbob.people.test',
      )
      expect(await writes('alice', 'team', 'destroy', 'acme.test:scribes')).toMatchObject({
        exitCode: 1,
        output: expect.stringContaining('manage'),
      })
    })

    it('unpublishes a version: nobody installs it, and its number is used up', async () => {
      expect(await writes('alice', 'unpublish', `${name}@3.0.0`)).toMatchObject(did)
      expect(await says(alices, 'view', name, 'versions', '--json')).not.toContain('3.0.0')
      expect(await says(alices, 'view', name, 'dist-tags.latest')).toBe('2.0.0')
      expect(await box().installable(`${name}@3.0.0`)).toEqual({ listed: false, served: false })
      await expect(box().person('alice').publishes(`${name}@3.0.0`)).rejects.toThrow()
    })

    it('unpublishes a package, with a typed code', async () => {
      expect(await writesByCode('alice', 'unpublish', name, '--force')).toMatchObject(did)
      expect((await alices.run(folder, ['view', name])).output).toContain('404')
    })

    const npmOf = (who: 'alice' | 'dan') => (who === 'alice' ? alices : dans)

    async function signedIn(who: 'alice' | 'dan'): Promise<Npm> {
      const { person } = await box().person(who).atWork()
      const npm = await Npm.create(join(folder, who), box().gateway)
      const login = await npm.runInTerminal(npm.home, ['login', '--auth-type=web'], (url) => person.confirmSignIn(url))
      expect(login).toMatchObject(did)
      return npm
    }

    /** Under a terminal: npm waits for the page. */
    async function writes(who: 'alice' | 'dan', ...command: string[]): Promise<NpmResult> {
      const { person } = await box().person(who).atWork()
      return npmOf(who).runInTerminal(npmOf(who).home, command, (url) => person.approve(url))
    }

    /** As from a script: npm stops, and is run again with the code that the page shows. */
    async function writesByCode(who: 'alice' | 'dan', ...command: string[]): Promise<NpmResult> {
      const { person } = await box().person(who).atWork()
      const stopped = await npmOf(who).run(npmOf(who).home, command)
      const page =
        /browser to authenticate:\s*\S*\s*\S*\s+(http\S+)/.exec(stopped.output)?.[1] ?? expect.fail(stopped.output)
      await person.approve(page)
      const code = /\w{4}-\w{4}-\w{4}-\w{4}/.exec(await person.reads(page))?.[0] ?? expect.fail('there is no code')
      return npmOf(who).run(npmOf(who).home, [...command, `--otp=${code}`])
    }

    async function says(npm: Npm, ...command: string[]): Promise<string> {
      const { exitCode, output } = await npm.run(npm.home, command)
      expect(exitCode, output).toBe(0)
      return output.trim()
    }
  })
}
