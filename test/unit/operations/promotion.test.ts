import { describe, expect, it } from 'vitest'
import {
  approvePromotion,
  buildWitnesses,
  composeOperation,
  consentToPromotion,
  type PromotionRequest,
  promotionOf,
  requestPromotion,
  withdrawPromotion,
} from '#common/operations/index.ts'
import { createTid } from '#common/records/index.ts'
import { app } from '#lexicons'
import { alice, createdAt, expiry, org, refused } from './drafts.ts'

const cid = 'bafyreih7ecgiu6nwclrsjwvxzo7ovr3knzmxkkvhiyuxkrcj6a6vlbkrti'
const other = 'bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a'
const request: PromotionRequest = {
  id: createTid(),
  name: '@acme.test/ui',
  versions: [
    { version: '1.0.0', cid },
    { version: '1.1.0', cid: other },
  ],
  follow: 'auto',
  waivers: [{ code: 'provenance-missing', version: '1.0.0', reason: 'built by hand' }],
  requestedBy: alice,
  createdAt,
}
const integrity = `sha512-${'a'.repeat(86)}==`
const attest = [{ version: '1.0.0', cid, integrity }]

const compose = (procedure: string, input: object) =>
  composeOperation({ org, procedure, input: input as never, expiry })

describe('asking for a promotion', () => {
  it('writes exactly what was asked for', () => {
    const { write } = compose(requestPromotion.procedure, request)
    expect(write).toMatchObject({ collection: app.npm.org.promotion.$nsid, rkey: request.id })
    expect(write.record).toMatchObject({ name: request.name, versions: request.versions, requestedBy: alice })
  })

  it.each([
    ['a version twice', { versions: [...request.versions, { version: '1.0.0', cid: other }] }],
    ['itself as a package it needs', { together: ['@acme.test/ui'] }],
    ['a package twice', { together: ['@acme.test/x', '@acme.test/x'] }],
    ['no version', { versions: [] }],
    ['somebody who is no person as who asks', { requestedBy: 'did:web:acme.test' }],
    ['a way to follow that nobody knows', { follow: 'perhaps' }],
    ['what is no TID', { id: 'self' }],
    ['a field that nobody reads', { note: 'hm' }],
  ])('is refused with %s', (_, change) => {
    expect(() => compose(requestPromotion.procedure, { ...request, ...change })).toThrow(refused('InvalidOperation'))
  })

  it('is what whoever agrees to be named stands behind', () => {
    const { write } = compose(requestPromotion.procedure, request)
    const agreed = compose(consentToPromotion.procedure, request)
    expect([agreed.write.uri, agreed.write.cid]).toEqual([write.uri, write.cid])
    const [approval] = buildWitnesses({ operation: agreed.operation, write, method: 'mfa', createdAt })
    expect(approval).toMatchObject({ collection: app.npm.org.approval.$nsid, rkey: write.cid })
  })
})

describe('approving a promotion', () => {
  it('names the promotion by what it says, so that it is approved as it is shown', () => {
    const { write } = compose(approvePromotion.procedure, { request, attest: [], createdAt })
    const asked = promotionOf(org, request)
    expect(write.record).toMatchObject({ decision: 'approved', promotion: { uri: asked.uri, cid: asked.cid } })
    const changed = { ...request, versions: request.versions.slice(1) }
    const another = compose(approvePromotion.procedure, { request: changed, attest: [], createdAt })
    expect(another.write.cid).not.toBe(write.cid)
  })

  it('leaves an attestation of each version that its author stands behind, and of no other', () => {
    const { operation, write } = compose(approvePromotion.procedure, { request, attest, createdAt })
    const witnesses = buildWitnesses({ operation, write, method: 'mfa', createdAt })
    expect(witnesses.map(({ collection, rkey }) => [collection, rkey])).toEqual([
      [app.npm.org.approval.$nsid, write.cid],
      [app.npm.publish.attestation.$nsid, cid],
    ])
    expect(witnesses[1]?.record).toMatchObject({ org, name: request.name, version: '1.0.0', integrity, method: 'mfa' })
  })

  it.each([
    ['a version that was not asked for', [{ version: '2.0.0', cid, integrity }]],
    ['another record than the one that was asked for', [{ version: '1.0.0', cid: other, integrity }]],
    ['a version twice', [...attest, ...attest]],
  ])('has nobody attest %s', (_, wrong) => {
    expect(() => compose(approvePromotion.procedure, { request, attest: wrong, createdAt })).toThrow(
      refused('InvalidOperation'),
    )
  })

  it('is nothing for who manages by break-glass, since nothing public is called back', () => {
    expect(approvePromotion.irrevocable).toBe(true)
  })
})

describe('withdrawing a promotion', () => {
  it('is about one promotion, by its contents', () => {
    const input = { id: request.id, promotion: cid, name: request.name, reason: 'too early', createdAt }
    const { write } = compose(withdrawPromotion.procedure, input)
    expect(write).toMatchObject({ collection: app.npm.org.promotionDecision.$nsid, rkey: request.id })
    expect(write.record).toMatchObject({ decision: 'withdrawn', promotion: { cid } })
  })
})
