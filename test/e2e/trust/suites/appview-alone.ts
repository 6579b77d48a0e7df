import { describe, expect, it } from 'vitest'
import type { OpenBox } from '#test/support/open-box.ts'
import { orgWritesVersion } from '../burglary/broken-org.ts'
import { draftVersion } from '../burglary/draft-version.ts'

/** Everything the AppView holds: the index, the ledger, and what clients read. */
export function appviewAlone(box: () => OpenBox): void {
  describe('the AppView alone', () => {
    it('cannot have a version served that nobody attested, whatever it says of it', async () => {
      const draft = await draftVersion(box().acme, '@acme.test/misjudged@1.0.0')
      await forgeJudgement('misjudged', '1.0.0', draft.write.cid)
      await orgWritesVersion(box(), draft)
      // It can say so: the packument is its own. But both halves are proven before a byte is served.
      expect(await box().installable(draft.spec)).toEqual({ listed: true, served: false })
    })

    it('cannot have another version’s bytes served, whose halves are there', async () => {
      const spec = '@acme.test/two-faced@1.0.0'
      const { integrity } = await box().person('alice').publishes(spec)
      const evil = await draftVersion(box().acme, '@acme.test/two-faced@2.0.0', { 'index.js': 'evil()\n' })
      await orgWritesVersion(box(), evil)
      await box().settles()
      const claim = `UPDATE version SET (tarball_cid, integrity) =
        (SELECT tarball_cid, integrity FROM version WHERE name = $1 AND version = '2.0.0')
        WHERE name = $1 AND version = '1.0.0'`
      await box().sql('appview', claim, ['@acme.test/two-faced'])
      const bob = await box().person('bob').atWork()
      const tarball = await bob.get('/@acme.test/two-faced/-/two-faced-1.0.0.tgz')
      expect(tarball.status).toBe(200)
      expect(tarball.headers.get('etag')).toBe(`"${integrity}"`)
    })
  })

  async function forgeJudgement(bare: string, version: string, cid: string): Promise<void> {
    const insert = `INSERT INTO ledger_judgement (network, org, name, version, version_cid, attested_by, attestation_cid)
      VALUES ('private', $1, $2, $3, $4, $5, $4)`
    const { did } = box().person('alice')
    await box().sql('appview', insert, [box().acme, `@acme.test/${bare}`, version, cid, did])
  }
}
