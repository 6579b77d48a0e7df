import { describe, expect, it } from 'vitest'
import { createOrg, openAdmin } from '#appliance/admin/index.ts'
import { signInAtDemo } from '#appliance/demo/idp/index.ts'
import { createBrowser, type Page } from '#common/browser/index.ts'
import { versionKey } from '#common/names/index.ts'
import { approvePromotion, type PromotionRequest } from '#common/operations/index.ts'
import { app } from '#lexicons'
import type { PromotionScene } from '../promotion-scene.ts'

const { $nsid: versions } = app.npm.package.version
const { $nsid: attestations } = app.npm.publish.attestation

/** Whoever approves a promotion attests its versions: that must not be a way to have another version installed inside. */
export function attestingAnew(scene: () => PromotionScene): void {
  describe('approving a promotion attests anew', () => {
    const name = '@acme.test/anew'
    const spec = `${name}@1.0.0`

    async function opens(request: PromotionRequest, attest: unknown, org?: string) {
      const carol = scene().person('carol')
      return scene().gateway.opens(carol, approvePromotion.procedure, { request, attest }, org)
    }
    const refused = async (request: PromotionRequest, attest?: unknown, org?: string) => {
      const asked = await opens(request, attest ?? (await scene().attested(request)), org)
      await expect(scene().gateway.approved(asked)).rejects.toThrow('nobody has published')
      for (const { cid } of request.versions) await hasNotAttested(cid)
    }
    const hasNotAttested = async (cid: string) => {
      const { did } = scene().person('carol')
      expect(await scene().box.parts.people.host.findRecord(did, attestations, cid)).toBeUndefined()
    }

    it('no version that a broken org PDS made up', async () => {
      await scene().begins(spec)
      const honest = await scene().box.parts.org.host.findRecord(scene().acme, versions, versionKey(name, '1.0.0'))
      const record = { ...honest?.record, $type: versions, version: '6.6.6' }
      const place = { collection: versions, rkey: versionKey(name, '6.6.6') }
      const burglary = { by: 'a burglar', procedure: 'none' }
      await scene().box.parts.org.host.write(scene().acme, [{ action: 'put', ...place, record }], burglary)
      await refused(await scene().draft(`${name}@6.6.6`))
    })

    it('nothing under another name, number or integrity, or of another organisation', async () => {
      const request = await scene().draft(spec)
      const [{ cid } = { cid: '' }] = request.versions
      const [{ integrity } = { integrity: '' }] = await scene().attested(request)
      await refused({ ...request, name: '@acme.test/another' }, [{ version: '1.0.0', cid, integrity }])
      await refused({ ...request, versions: [{ version: '2.0.0', cid }] }, [{ version: '2.0.0', cid, integrity }])
      await refused(request, [{ version: '1.0.0', cid, integrity: `sha512-${'A'.repeat(86)}==` }])
      const admin = await openAdmin(scene().box.parts.settings)
      const { did } = await createOrg(admin, { handle: 'other.test', managers: ['dan'] })
      await refused(request, [{ version: '1.0.0', cid, integrity }], did)
    })

    it('nothing whose publisher is gone when the page is answered', async () => {
      const request = await scene().draft(spec)
      const [{ cid } = { cid: '' }] = request.versions
      const asked = await opens(request, await scene().attested(request))
      const browser = createBrowser()
      const identifies = (page: Page) =>
        page.forms.some(({ fields }) => 'username' in fields) ? signInAtDemo(browser, page, 'carol') : page
      const shown = await identifies(await browser.open(asked.authUrl))
      expect(shown.text).toContain('Everybody in the world')
      const [row] = await scene().box.sql<{ did: string }>(
        'people',
        'DELETE FROM witness WHERE record = $1 RETURNING did',
        [cid],
      )
      const [yes] = shown.forms
      const answered = await identifies(await browser.submit(yes ?? expect.fail('there is no form'), {}))
      expect(answered.text).toContain('nobody has published')
      await hasNotAttested(cid)
      const insert = 'INSERT INTO witness (record, did, witnessed_at) VALUES ($1, $2, now())'
      await scene().box.sql('people', insert, [cid, row?.did])
      expect(await scene().asks(request)).toBe('done')
      expect(await scene().approves(request)).toBe('done')
    })
  })
}
