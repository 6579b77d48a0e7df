import { describe, expect, it } from 'vitest'
import { decide } from '#appview/verdict/decide.ts'
import type { VersionFacts } from '#appview/verdict/facts/gather-facts.ts'

const at = new Date('2026-01-01')
const judgement = { versionCid: 'cid-1', attestedBy: 'did:plc:alice', handle: 'alice.test', attestationCid: 'a', at }
const good: VersionFacts = {
  cid: 'cid-1',
  firstCid: 'cid-1',
  tampered: false,
  firstSeenAt: at,
  attestations: 1,
  judgement,
  deprecated: undefined,
  retirement: undefined,
}

describe('a version', () => {
  it('is allowed when somebody permitted attests exactly its record', () => {
    expect(decide(good)).toEqual({ kind: 'allow' })
  })

  it('is blocked for good when it was withdrawn, and allowed while it is deprecated', () => {
    const retired = { ...good, retirement: { reason: 'leaks a password' } }
    expect(decide(retired)).toMatchObject({ kind: 'block', reason: expect.stringContaining('leaks a password') })
    expect(decide({ ...good, deprecated: 'use 2' })).toEqual({ kind: 'allow' })
  })

  it('is held without an attestation that counts, and says which is missing', () => {
    const held = (facts: Partial<VersionFacts>) => decide({ ...good, judgement: undefined, ...facts })
    expect(held({ attestations: 0 })).toMatchObject({ kind: 'hold', reason: expect.stringContaining('nobody attests') })
    expect(held({ attestations: 2 })).toMatchObject({ kind: 'hold', reason: expect.stringContaining('nobody who may') })
  })

  it('is held when the attestation that counted was for another record', () => {
    expect(
      decide({
        ...good,
        deprecated: undefined,
        retirement: undefined,
        judgement: { ...judgement, versionCid: 'cid-0' },
      }).kind,
    ).toBe('hold')
  })

  it('is blocked when it is not the first record in its place, attested or not', () => {
    expect(decide({ ...good, firstCid: 'cid-0' })).toMatchObject({ kind: 'block', check: 'not-tampered' })
    expect(decide({ ...good, tampered: true, judgement: undefined })).toMatchObject({ kind: 'block' })
  })
})
