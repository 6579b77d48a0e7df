import { expect, it } from 'vitest'
import type { LabelingContext } from '#appview/labeler/operation/context.ts'
import { verifyStepUp } from '#appview/labeler/operation/verify-step-up.ts'
import { nonceOf } from '#common/records/index.ts'

const now = 1_800_000_000
const op = Buffer.alloc(32, 1)
const idp = { issuer: 'https://idp.test', maxAgeSeconds: 30, mfa: { request: {}, claim: 'amr', accept: ['mfa'] } }
const said = { sub: 'alice', nonce: nonceOf(op, undefined), auth_time: now, amr: ['mfa'] }

/** @param known.subject whom the org PDS knows Alice by at the identity provider */
function verify(claims: object, known: { subject?: string } = { subject: 'alice' }): Promise<void> {
  const context = {
    op,
    appview: { clock: { now: () => now * 1000 } },
    services: { hosts: { org: { call: async () => ({ ...known, signedByPasskey: false }) } } },
    caller: { did: 'did:plc:alice' },
    confirmation: { claims: { ...said, ...claims }, idp },
  }
  return verifyStepUp(context as unknown as LabelingContext)
}

it('the labeler takes an authentication as long as the provider’s setting says, and the two minutes an approval may take', async () => {
  await verify({ auth_time: now - 150 })
  await expect(verify({ auth_time: now - 156 })).rejects.toThrow('the authentication is too old')
})

it('the labeler goes by whom the org PDS knows the person by, and by nobody whom it does not know', async () => {
  await expect(verify({ sub: 'bob' })).rejects.toThrow('it is about somebody else')
  await expect(verify({ sub: 'alice' }, { subject: 'bob' })).rejects.toThrow('it is about somebody else')
  await expect(verify({}, {})).rejects.toThrow('the person is not enrolled here')
})
