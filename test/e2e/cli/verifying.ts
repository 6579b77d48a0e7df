import { beforeAll, describe, expect, it } from 'vitest'
import { Developer, packVersion } from '#test/support/developer.ts'
import { Machine } from '#test/support/machine.ts'
import type { SupervisedBox } from '#test/support/supervised-box.ts'
import { VerifiedProject } from '#test/support/verified-project.ts'

export interface VerifyScene {
  box: SupervisedBox
}

interface Row {
  package: string
  state: string
  rule?: string
  reason?: string
}

/** `atoll verify`, of what stock npm locked. */
export function describeVerifying(scene: () => VerifyScene): void {
  describe('atoll verify', () => {
    let project: VerifiedProject
    const name = '@acme.test/verified'
    const lock = 'package-lock.json'

    beforeAll(async () => {
      const { box } = scene()
      const alice = await Developer.signIn(box.gateway, 'alice')
      const packed = await packVersion({ name, version: '1.0.0' })
      const asked = await alice.put(packed)
      expect((await alice.put(packed, await alice.approve(asked.body))).status).toBe(201)
      const machine = await Machine.create({ registry: box.gateway, token: alice.token })
      project = await VerifiedProject.create(machine, 'app', alice.token, { [name]: '1.0.0', 'is-number': '7.0.0' })
      expect(await machine.run(project.folder, 'npm install')).toMatchObject({ exitCode: 0 })
    })

    /** What is found while the lockfile says something else. */
    async function findingsWith(change: (text: string) => string, file = lock): Promise<Row[]> {
      const before = await project.read(file)
      await project.rewrites(file, change)
      try {
        const { stdout, exitCode } = await project.verifies('--json')
        expect(exitCode).toBe(1)
        return JSON.parse(stdout) as Row[]
      } finally {
        await project.rewrites(file, () => before)
      }
    }

    it('says what to do first when nothing is pinned yet', async () => {
      const refused = await project.verifies()
      expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('atoll verify --init --registry') })
    })

    it('pins the accounts that everything is proven from', async () => {
      const pinned = await project.verifies('--init', '--registry', scene().box.gateway)
      expect(pinned).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^acme\.test +did:plc:/m) })
      expect(JSON.parse(await project.read('atoll-anchors.json'))).toMatchObject({ version: 1 })
    })

    it('proves the internal package, and that the public one may be installed', async () => {
      const verified = await project.verifies('--all')
      expect(verified).toMatchObject({ exitCode: 0 })
      expect(verified.stdout).toMatch(/^@acme\.test\/verified@1\.0\.0 +proven$/m)
      expect(verified.stdout).toMatch(/^is-number@7\.0\.0 +allowed$/m)
      expect(verified.stderr).toContain('2 packages: 1 internal proven, 1 public allowed, 0 failed.')
    })

    it('finds the same in node_modules', async () => {
      const verified = await project.verifies('node_modules')
      expect(verified).toMatchObject({ exitCode: 0, stdout: 'Everything is in order.\n' })
    })

    it('fails when the lockfile pins other bytes, of either', async () => {
      const other = `sha512-${Buffer.alloc(64, 7).toString('base64')}`
      const changed = await findingsWith((text) => text.replaceAll(/sha512-[^"]+/g, other))
      expect(changed).toEqual([
        expect.objectContaining({ package: `${name}@1.0.0`, state: 'failed', rule: 'other-bytes' }),
        expect.objectContaining({ package: 'is-number@7.0.0', state: 'failed', rule: 'other-bytes' }),
      ])
    })

    it('fails when a tarball comes from elsewhere', async () => {
      const found = await findingsWith((text) => text.replaceAll(scene().box.gateway, 'http://mirror.acme.test'))
      expect(found.map(({ rule }) => rule)).toEqual(['foreign-origin', 'foreign-origin'])
    })

    it('fails when the publisher is not among the anchors, also where the lockfile names none', async () => {
      const none = (text: string) => JSON.stringify({ ...JSON.parse(text), orgs: [] })
      const found = await findingsWith(none, 'atoll-anchors.json')
      expect(found).toEqual([expect.objectContaining({ package: `${name}@1.0.0`, rule: 'unknown-publisher' })])
    })

    it('fails when the hosts are not those that were pinned: a half on a host of the other kind is none', async () => {
      const swapped = (text: string) => {
        const anchors = JSON.parse(text)
        return JSON.stringify({ ...anchors, hosts: { org: anchors.hosts.people, people: anchors.hosts.org } })
      }
      const found = await findingsWith(swapped, 'atoll-anchors.json')
      expect(found).toEqual([expect.objectContaining({ package: `${name}@1.0.0`, rule: 'not-proven' })])
    })

    it('warns when nothing pins the publisher or the bytes', async () => {
      const pin = new RegExp(`${scene().box.gateway}/did:plc:[a-z2-7]+/`, 'g')
      await project.rewrites(lock, (text) =>
        text.replace(pin, `${scene().box.gateway}/`).replace(/,\s*"integrity": "[^"]+"/g, ''),
      )
      const warned = await project.verifies('--json', '--sarif', 'atoll.sarif')
      expect(warned.exitCode).toBe(0)
      expect((JSON.parse(warned.stdout) as Row[]).map(({ package: about, rule }) => `${about} ${rule}`)).toEqual([
        `${name}@1.0.0 unpinned-publisher`,
        `${name}@1.0.0 no-integrity`,
        'is-number@7.0.0 no-integrity',
      ])
      const sarif = JSON.parse(await project.read('atoll.sarif'))
      const [{ results }] = sarif.runs
      const lines = (await project.read(lock)).split('\n')
      for (const { message, locations } of results) {
        const { startLine } = locations[0].physicalLocation.region
        expect(lines[startLine - 1]).toContain(message.text.split('@1.0.0')[0].split('@7.0.0')[0])
      }
    })
  })
}
