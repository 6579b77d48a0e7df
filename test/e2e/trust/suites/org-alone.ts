import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DidString } from '@atproto/syntax'
import { describe, expect, it } from 'vitest'
import { deprecate, putTag, retire } from '#common/operations/index.ts'
import { app } from '#lexicons'
import { Intruder } from '#test/support/intruder.ts'
import type { OpenBox } from '#test/support/open-box.ts'
import { draftRule, orgWrites, orgWritesVersion } from '../burglary/broken-org.ts'
import { approvalOf, attestationOf, peopleWrite } from '../burglary/broken-people.ts'
import { draftVersion } from '../burglary/draft-version.ts'

const notAtAll = { listed: false, served: false }

/** Everything the org PDS holds: the organisations' repositories, their keys, the tarballs. */
export function orgAlone(box: () => OpenBox): void {
  describe('the org PDS alone', () => {
    it('cannot give rights, by writing rules, teams and approvals of its own', async () => {
      const { org, configs } = box().parts
      const { did } = await org.host.provision({ handle: 'puppet.test', owner: 'burglar' })
      const bob = box().person('bob').did
      const mine = draftRule(box().acme, { ...anything, id: 'mine', subject: did })
      const bobs = draftRule(box().acme, { ...anything, id: 'bobs', subject: bob })
      await orgWrites(box(), [
        { action: 'put', ...mine },
        { action: 'put', ...bobs },
        { action: 'put', ...(await teamWith([bob, did])) },
      ])
      await using intruder = await Intruder.breaksInto(configs.org, org.url)
      for (const repo of [did, box().acme]) {
        await intruder.writes(
          repo,
          [mine, bobs].map((rule) => ({ action: 'create', ...approvalOf(box().acme, rule) })),
        )
      }
      await box().settles()
      expect(await mayPublish(bob)).toBe(false)
      expect(await mayPublish(did)).toBe(false)
    })

    it('cannot publish with rules of its own and the help of somebody who may not publish', async () => {
      const bob = box().person('bob').did
      const rule = draftRule(box().acme, { ...anything, id: 'helper', subject: bob })
      const draft = await draftVersion(box().acme, '@acme.test/self-permitted@1.0.0')
      await peopleWrite(box(), bob, attestationOf(draft))
      await peopleWrite(box(), bob, approvalOf(box().acme, rule))
      await orgWrites(box(), [{ action: 'put', ...rule }])
      await orgWritesVersion(box(), draft)
      expect(await box().installable(draft.spec)).toEqual(notAtAll)
    })

    it('cannot undo a prohibition, by rewriting or deleting it', async () => {
      const { org, configs } = box().parts
      const bob = box().person('bob').did
      const packages = '@acme.test/forbidden'
      await permits({ effect: 'allow', subject: 'everyone', action: 'publish', packages })
      await permits({ effect: 'deny', subject: bob, action: 'publish', packages })
      const page = await org.host.listRecords(box().acme, app.npm.org.permission.$nsid, { limit: 100 })
      const denial = page.find(({ record }) => record['effect'] === 'deny') ?? expect.fail('there is no denial')
      const place = { collection: app.npm.org.permission.$nsid, rkey: denial.rkey }
      await orgWrites(box(), [{ action: 'put', ...place, record: { ...denial.record, effect: 'allow' } }])
      await box().settles()
      expect(await mayPublish(bob, packages)).toBe(false)
      await using intruder = await Intruder.breaksInto(configs.org, org.url)
      await intruder.writes(box().acme, [{ action: 'delete', ...place }])
      await box().settles()
      expect(await mayPublish(bob, packages)).toBe(false)
    })

    it('cannot replace what is published, not even by what was there before', async () => {
      const honest = await draftVersion(box().acme, '@acme.test/replaced@1.0.0')
      const evil = await draftVersion(box().acme, honest.spec, { 'index.js': 'evil()\n' })
      await peopleWrite(box(), box().person('alice').did, attestationOf(honest))
      await orgWritesVersion(box(), honest)
      await box().settles()
      expect((await box().view(honest.spec)).verdict).toEqual({ kind: 'allow' })
      await orgWritesVersion(box(), evil, 'put')
      expect(await box().installable(honest.spec)).toEqual(notAtAll)
      await orgWritesVersion(box(), honest, 'put')
      await box().settles()
      expect((await box().view(honest.spec)).verdict).toMatchObject({ kind: 'block' })
    })

    it('cannot move a tag, deprecate or withdraw a version, nor bring back one that was withdrawn', async () => {
      const { org, configs } = box().parts
      const alice = box().person('alice')
      const name = '@acme.test/steered'
      for (const version of ['1.0.0', '2.0.0', '3.0.0']) await alice.publishes(`${name}@${version}`)
      const createdAt = new Date().toISOString()
      const drafts = [
        putTag.draftRecord(box().acme, { name, tag: 'latest', version: '1.0.0', createdAt }),
        deprecate.draftRecord(box().acme, { name, versions: ['3.0.0'], message: 'use 1.0.0', createdAt }),
        retire.draftRecord(box().acme, { name, versions: ['3.0.0'], createdAt }),
      ]
      const withdrawn = retire.draftRecord(box().acme, { name, versions: ['2.0.0'], createdAt })
      await peopleWrite(box(), alice.did, approvalOf(box().acme, withdrawn))
      await orgWrites(
        box(),
        [...drafts, withdrawn].map((record) => ({ action: 'put', ...record })),
      )
      await box().settles()
      await using intruder = await Intruder.breaksInto(configs.org, org.url)
      await intruder.writes(box().acme, [{ action: 'delete', ...withdrawn }])
      await box().settles()
      const packument = await (await alice.atWork()).get(`/${name.replace('/', '%2f')}`)
      const shown = (await packument.json()) as {
        'dist-tags': object
        versions: Record<string, { deprecated?: string }>
      }
      expect(shown['dist-tags']).toEqual({ latest: '3.0.0' })
      expect(Object.keys(shown.versions)).toEqual(['1.0.0', '3.0.0'])
      expect(shown.versions['3.0.0']?.deprecated).toBeUndefined()
    })

    it('cannot have other bytes served than those that were signed', async () => {
      const spec = '@acme.test/swapped@1.0.0'
      await box().person('alice').publishes(spec)
      const { tarball } = await box().view(spec)
      const file = join(box().parts.configs.org.dataDir, 'blobs', box().acme.replaceAll(':', '_'), tarball)
      const bytes = await readFile(file)
      bytes[bytes.length - 1] = 1
      await writeFile(file, bytes)
      expect(await box().installable(spec)).toEqual({ listed: true, served: false })
    })
  })

  const anything = { action: 'publish', packages: '@acme.test/*', effect: 'allow' } as const

  async function mayPublish(actor: string, name = '@acme.test/anything'): Promise<boolean> {
    const appview = await box().calls('appview', { as: 'gateway' })
    const params = { org: box().acme, actor: actor as DidString, action: 'publish', package: name }
    return (await appview.call(app.npm.registry.checkPermission, { params })).allowed
  }

  async function permits(rule: Parameters<ReturnType<OpenBox['person']>['permits']>[1]): Promise<void> {
    await box().person('dan').permits(box().acme, rule)
  }

  async function teamWith(members: string[]) {
    const place = { collection: app.npm.org.team.$nsid, rkey: 'maintainers' }
    const team = await box().parts.org.host.findRecord(box().acme, place.collection, place.rkey)
    const grown = [...((team?.record['members'] as string[] | undefined) ?? []), ...members]
    return { ...place, record: { ...team?.record, members: grown, createdAt: new Date().toISOString() } }
  }
}
