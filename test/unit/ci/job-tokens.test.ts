import { expect, it } from 'vitest'
import { JobTokens } from '#common/ci/index.ts'
import { systemClock } from '#common/clock/index.ts'
import { outboundSchema } from '#common/outbound/index.ts'

it('reads no token that is longer than any issuer makes them', async () => {
  await using tokens = new JobTokens([], { clock: systemClock, outbound: outboundSchema.parse({}) })
  const claims = Buffer.from(JSON.stringify({ iss: 'https://ci.test', much: 'x'.repeat(16_384) })).toString('base64url')
  await expect(tokens.verify(`e30.${claims}.x`, () => '')).rejects.toThrow('it is too long')
})
