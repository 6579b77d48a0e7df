import { beforeAll, describe, expect, it } from 'vitest'
import {
  approvePromotion,
  type PromotionRequest,
  promotionOf,
  requestPromotion,
  withdrawPromotion,
} from '#common/operations/index.ts'
import { app } from '#lexicons'
import type { Asked } from '../broken-gateway.ts'
import type { PersonName, PromotionScene } from '../promotion-scene.ts'

type Input = (scene: PromotionScene, request: PromotionRequest) => Promise<object>

const spec = '@acme.test/any@1.0.0'
const kinds: [what: string, procedure: string, who: PersonName, stranger: PersonName, input: Input][] = [
  ['a request', requestPromotion.procedure, 'alice', 'carol', async (_, request) => request],
  [
    'an approval',
    approvePromotion.procedure,
    'carol',
    'bob',
    async (scene, request) => ({ request, attest: await scene.attested(request) }),
  ],
  [
    'a withdrawal',
    withdrawPromotion.procedure,
    'alice',
    'carol',
    async (scene, request) => ({
      id: request.id,
      promotion: promotionOf(scene.acme, request).cid,
      name: request.name,
    }),
  ],
]

/** What holds for every operation holds for those of promotions, each on its way to the org PDS. */
export function anyOperation(scene: () => PromotionScene): void {
  describe.each(kinds)('%s of a promotion', (_, procedure, who, stranger, inputOf) => {
    let request: PromotionRequest

    beforeAll(async () => {
      await scene()
        .cidOf(spec)
        .catch(() => scene().begins(spec))
      request = await scene().draft(spec)
      if (procedure !== requestPromotion.procedure) expect(await scene().asks(request)).toBe('done')
    })

    /** Another each time: by when it is asked for. */
    const opens = async (by: PersonName = who): Promise<Asked> => {
      const createdAt = new Date().toISOString()
      const input = { createdAt, ...(await inputOf(scene(), request)) }
      return scene().gateway.opens(scene().person(by), procedure, input)
    }
    const stateNow = async () =>
      (
        await scene()
          .listed(request)
          .catch(() => ({ state: 'none' }))
      ).state

    it('is refused when it comes late, by another operation’s token, or without the word of the provider', async () => {
      const { gateway, clock } = scene()
      const before = await stateNow()
      const [asked, other] = [await opens(), await scene().gateway.opens(scene().person(who), ...elsewhere)]
      const credentials = await gateway.approved(asked)
      const others = await gateway.approved(other)
      clock.aheadMs = 600_000
      const late = await gateway.sends(asked, credentials).finally(() => {
        clock.aheadMs = 0
      })
      expect(late).toContain('InvalidOperation')
      expect(await gateway.sends(asked, { ...credentials, token: others.token })).toContain('InvalidToken')
      expect(await gateway.sends(asked, { ...credentials, idToken: 'e30.e30.e30' })).toContain('StepUpRejected')
      expect(await stateNow()).toBe(before)
    })

    it('is refused with what the provider signed for something else', async () => {
      const { gateway } = scene()
      const before = await stateNow()
      const [asked, other] = [await opens(), await scene().gateway.opens(scene().person(who), ...elsewhere)]
      const { idToken } = await gateway.approved(other)
      expect(await gateway.sends(asked, { ...(await gateway.approved(asked)), idToken })).toContain('StepUpRejected')
      expect(await stateNow()).toBe(before)
    })

    it('is refused when nobody stands behind it on the people PDS', async () => {
      const { gateway, box } = scene()
      const before = await stateNow()
      const asked = await opens()
      const credentials = await gateway.approved(asked)
      const { did } = scene().person(who)
      const { host } = box.parts.people
      const place = { collection: app.npm.org.approval.$nsid, rkey: asked.write.cid }
      const approval = await host.findRecord(did, place.collection, place.rkey)
      const record = { ...approval?.record, subject: { uri: asked.write.uri, cid: await scene().cidOf(spec) } }
      await host.write(did, [{ action: 'put', ...place, record }], { by: 'a burglar', procedure: 'none' })
      expect(await gateway.sends(asked, credentials)).toContain('NotAttested')
      const repaired = { action: 'put' as const, ...place, record: approval?.record ?? {} }
      await host.write(did, [repaired], { by: 'the test', procedure: 'none' })
      expect(await stateNow()).toBe(before)
    })

    it('is refused to who may not', async () => {
      const { gateway } = scene()
      const before = await stateNow()
      const asked = await opens(stranger)
      expect(await gateway.sends(asked, await gateway.approved(asked))).toContain('Forbidden')
      expect(await stateNow()).toBe(before)
    })

    it('is carried out, once for each token', async () => {
      const { gateway } = scene()
      const asked = await opens()
      const credentials = await gateway.approved(asked)
      expect(await gateway.sends(asked, credentials)).toBe('done')
      expect(await gateway.sends(asked, credentials)).toContain('ReplayedToken')
    })

    it('takes the place of nothing that was said later', async () => {
      const early = { ...(await inputOf(scene(), request)), createdAt: '2026-01-01T00:00:00.000Z' }
      const said = await scene().gateway.does(scene().person(who), procedure, early)
      expect(said).toMatch(/it was changed in the meantime|there is another under this id/)
    })
  })
}

/** Something else they could approve. */
const elsewhere = [
  withdrawPromotion.procedure,
  {
    id: '3kabcdefghi22',
    promotion: 'bafyreih7ecgiu6nwclrsjwvxzo7ovr3knzmxkkvhiyuxkrcj6a6vlbkrti',
    name: '@acme.test/elsewhere',
  },
] as const
