import { describe, expect, it } from 'vitest'
import { Intruder } from '#test/support/intruder.ts'
import type { OpenBox } from '#test/support/open-box.ts'
import { mintAccount } from '../burglary/broken-directory.ts'
import { orgWritesVersion } from '../burglary/broken-org.ts'
import { attestationOf, peopleWrite } from '../burglary/broken-people.ts'
import { draftVersion } from '../burglary/draft-version.ts'

const notAtAll = { listed: false, served: false }

/** A version is a record and an attestation of exactly it, by somebody who may (DESIGN §2). */
export function halfVersions(box: () => OpenBox): void {
  describe('cannot be installed:', () => {
    it('a version record without an attestation', async () => {
      const draft = await draftVersion(box().acme, '@acme.test/unattested@1.0.0')
      await orgWritesVersion(box(), draft)
      expect(await box().installable(draft.spec)).toEqual(notAtAll)
    })

    it('an attestation without a version record', async () => {
      const draft = await draftVersion(box().acme, '@acme.test/unwritten@1.0.0')
      await peopleWrite(box(), box().person('alice').did, attestationOf(draft))
      expect(await box().installable(draft.spec)).toEqual(notAtAll)
    })

    it('a version attested by somebody who may not publish', async () => {
      const draft = await draftVersion(box().acme, '@acme.test/unpermitted@1.0.0')
      await peopleWrite(box(), box().person('bob').did, attestationOf(draft))
      await orgWritesVersion(box(), draft)
      expect(await box().installable(draft.spec)).toEqual(notAtAll)
    })

    it.each([
      ['other contents', { 'index.js': 'evil()\n' }],
      // The same bytes, published at another moment: another record.
      ['another record', {}],
    ])('a version whose attestation is of %s', async (what, files) => {
      const spec = `@acme.test/attested-as-${what.replace(' ', '-')}@1.0.0`
      const attested = await draftVersion(box().acme, spec)
      const written = await draftVersion(box().acme, spec, files)
      expect(written.write.cid).not.toBe(attested.write.cid)
      await peopleWrite(box(), box().person('alice').did, attestationOf(attested))
      await orgWritesVersion(box(), written)
      expect(await box().installable(spec)).toEqual(notAtAll)
    })

    it('a version attested from an account on the org PDS, even one that may publish', async () => {
      const { org, configs } = box().parts
      const { did } = await org.host.provision({ handle: 'impostor.test', owner: 'burglar' })
      await letPublish(did)
      await using intruder = await Intruder.breaksInto(configs.org, org.url)
      await attestsAndWrites(intruder, did, '@acme.test/wrong-role@1.0.0')
    })

    it('a version attested from an account on a PDS that is none of ours, even one that may publish', async () => {
      const { org, configs } = box().parts
      const { did, signing } = await mintAccount(box(), 'stranger.test', 'http://pds.elsewhere.test')
      await letPublish(did)
      await using intruder = await Intruder.breaksInto(configs.org, org.url)
      await intruder.adopts(did, signing)
      await attestsAndWrites(intruder, did, '@acme.test/foreign@1.0.0')
    })
  })

  async function letPublish(subject: string): Promise<void> {
    const rule = { effect: 'allow', subject, action: 'publish', packages: '@acme.test/*' } as const
    await box().person('dan').permits(box().acme, rule)
  }

  async function attestsAndWrites(intruder: Intruder, did: string, spec: string): Promise<void> {
    const draft = await draftVersion(box().acme, spec)
    await intruder.writes(did, [{ action: 'create', ...attestationOf(draft) }])
    await orgWritesVersion(box(), draft)
    expect(await box().installable(spec)).toEqual(notAtAll)
  }
}
