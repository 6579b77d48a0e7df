import { describe, expect, it } from 'vitest'
import { versionKey } from '#common/names/index.ts'
import {
  approvePromotion,
  consentToPromotion,
  type PromotionRequest,
  promotionOf,
  withdrawPromotion,
} from '#common/operations/index.ts'
import { app } from '#lexicons'
import { type Asked, wordsOf } from '../broken-gateway.ts'
import type { PersonName, PromotionScene } from '../promotion-scene.ts'

const spec = '@acme.test/projected@1.0.0'
const { promotion, promotionDecision } = app.npm.org

/** A broken org PDS, which has the people PDS asked for attestations and writes whatever it likes into its own repositories. */
export function projecting(scene: () => PromotionScene): void {
  describe('a broken org PDS names nobody in public', () => {
    const writes = (collection: string, rkey: string, record: object) =>
      scene().box.parts.org.host.write(
        scene().acme,
        [{ action: 'put', collection, rkey, record: { $type: collection, ...record } }],
        { by: 'a burglar', procedure: 'none' },
      )

    async function asksForNames(id: string, versions?: readonly { version: string; cid: string }[]): Promise<string> {
      const people = await scene().box.calls('people', { as: 'org' })
      const input = { org: scene().acme, promotion: id, ...(versions && { versions }) } as never
      try {
        const { attesters } = await people.call(app.npm.operation.projectAttestations, { input })
        return `named: ${attesters.join(' ')}`
      } catch (error) {
        return wordsOf(error)
      }
    }

    /** What a person approves in good faith, and the org PDS then puts where it likes. */
    async function approvedBy(who: PersonName, procedure: string, input: object): Promise<Asked> {
      const asked = await scene().gateway.opens(scene().person(who), procedure, input)
      await scene().gateway.approved(asked)
      return asked
    }
    const decides = async (who: PersonName, request: PromotionRequest) =>
      approvedBy(who, approvePromotion.procedure, { request, attest: await scene().attested(request) })
    const write = ({ write: { collection, rkey, record } }: Asked, at = rkey) => writes(collection, at, record)

    async function nobodyIsNamed(cid: string): Promise<void> {
      for (const name of ['alice', 'bob', 'carol', 'dan'] as const) {
        expect(await scene().attestedInPublic(name)).not.toContain(cid)
      }
    }

    async function begun(changes: Partial<PromotionRequest> = {}): Promise<PromotionRequest> {
      await scene()
        .cidOf(spec)
        .catch(() => scene().begins(spec))
      return scene().draft(spec, 'alice', changes)
    }

    it('for what nobody asked for, or nobody approved', async () => {
      const request = await begun()
      expect(await asksForNames(request.id)).toContain('there is none')
      expect(await scene().asks(request)).toBe('done')
      expect(await asksForNames(request.id)).toContain('there is none')
      const { uri, cid } = promotionOf(scene().acme, request)
      const decision = { name: request.name, promotion: { uri, cid }, decision: 'approved' }
      await writes(promotionDecision.$nsid, request.id, { ...decision, createdAt: new Date().toISOString() })
      expect(await asksForNames(request.id)).toContain('nobody stands behind it here')
      await nobodyIsNamed(request.versions[0]?.cid ?? '')
    })

    it('for what one person asked for and approved', async () => {
      const request = await begun()
      expect(await scene().asks(request)).toBe('done')
      await write(await decides('alice', request))
      expect(await asksForNames(request.id)).toContain('one person asked and approved')
      await nobodyIsNamed(request.versions[0]?.cid ?? '')
    })

    it('for what somebody approved who may not', async () => {
      const request = await begun()
      expect(await scene().asks(request)).toBe('done')
      await write(await decides('dan', request))
      expect(await asksForNames(request.id)).toContain('Forbidden')
      await nobodyIsNamed(request.versions[0]?.cid ?? '')
    })

    it('for what somebody asked for who may not', async () => {
      await begun()
      const request = await scene().draft(spec, 'dan')
      await approvedBy('dan', consentToPromotion.procedure, request)
      const { record } = promotionOf(scene().acme, request)
      await writes(promotion.$nsid, request.id, record)
      await write(await decides('carol', request))
      expect(await asksForNames(request.id)).toMatch(/Forbidden.*promote/)
      await nobodyIsNamed(request.versions[0]?.cid ?? '')
    })

    it('in the name of somebody who did not ask', async () => {
      const request = await begun()
      const { record } = promotionOf(scene().acme, request)
      await writes(promotion.$nsid, request.id, record)
      await write(await decides('carol', request))
      expect(await asksForNames(request.id)).toContain('nobody stands behind it here')
      await approvedBy('bob', consentToPromotion.procedure, request)
      expect(await asksForNames(request.id)).toContain('who it names as having asked did not')
      await nobodyIsNamed(request.versions[0]?.cid ?? '')
    })

    it('by the approval of another promotion, or by a withdrawal', async () => {
      const [request, other] = [await begun(), await begun()]
      for (const each of [request, other]) expect(await scene().asks(each)).toBe('done')
      const approval = await decides('carol', other)
      await write(approval, request.id)
      expect(await asksForNames(request.id)).toContain('it is not approved')
      const about = { id: request.id, promotion: promotionOf(scene().acme, request).cid, name: request.name }
      await write(await approvedBy('carol', withdrawPromotion.procedure, about))
      expect(await asksForNames(request.id)).toContain('it is not approved')
      await nobodyIsNamed(request.versions[0]?.cid ?? '')
    })

    it('for later versions where they do not follow, or that nobody published', async () => {
      const { $nsid } = app.npm.package.version
      const [name, version] = ['@acme.test/followed', '1.1.0']
      await scene().begins(`${name}@1.0.0`)
      const manual = await scene().draft(`${name}@1.0.0`)
      expect(await scene().asks(manual)).toBe('done')
      expect(await scene().approves(manual)).toBe('done')
      await scene().becomes(manual, 'seen')
      const later = await scene().publishes(`${name}@${version}`)
      expect(await asksForNames(manual.id, [{ version, cid: later }])).toContain('its later versions do not follow')
      await nobodyIsNamed(later)
      await scene().begins('@acme.test/following@1.0.0')
      const auto = await scene().draft('@acme.test/following@1.0.0', 'alice', { follow: 'auto' })
      expect(await scene().asks(auto)).toBe('done')
      expect(await scene().approves(auto)).toBe('done')
      await scene().becomes(auto, 'seen')
      const honest = await scene().box.parts.org.host.findRecord(scene().acme, $nsid, versionKey(name, version))
      await writes($nsid, versionKey('@acme.test/following', '1.0.1'), { ...honest?.record, version: '1.0.1' })
      const madeUp = { version: '1.0.1', cid: await scene().cidOf('@acme.test/following@1.0.1') }
      expect(await asksForNames(auto.id, [madeUp])).toBe('named: ')
      // Attested, but as another package's, or another number.
      expect(await asksForNames(auto.id, [{ version, cid: later }])).toBe('named: ')
      await nobodyIsNamed(madeUp.cid)
      await nobodyIsNamed(later)
    })
  })
}
