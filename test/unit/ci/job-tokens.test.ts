import { afterAll, beforeAll, expect, it } from 'vitest'
import { JobTokens } from '#common/ci/index.ts'
import { systemClock } from '#common/clock/index.ts'
import { outboundSchema } from '#common/outbound/index.ts'
import { CiIssuer } from '#test/support/ci-issuer.ts'

const audience = 'npm:localhost'
const options = { clock: systemClock, outbound: outboundSchema.parse({}) }

let issuer: CiIssuer
beforeAll(async () => {
  issuer = await CiIssuer.start()
})
afterAll(() => issuer?.[Symbol.asyncDispose]())

it('reads no token that is longer than any issuer makes them', async () => {
  await using tokens = new JobTokens([], options)
  const claims = Buffer.from(JSON.stringify({ iss: 'https://ci.test', much: 'x'.repeat(16_384) })).toString('base64url')
  await expect(tokens.verify(`e30.${claims}.x`, () => audience)).rejects.toThrow('it is too long')
})

it('knows jobs still when their issuer has another key, after a rest', async () => {
  await using tokens = new JobTokens([{ issuer: issuer.issuer }], { ...options, keysRestMs: 200 })
  const verifies = async () => tokens.verify(await issuer.gitlab(audience), () => audience)
  await verifies()
  await issuer.rotates()
  await expect.poll(verifies, { interval: 20 }).toMatchObject({ claims: { project_id: '22' } })
})

it('asks an issuer once for keys that nobody has, and not for each token', async () => {
  await using tokens = new JobTokens([{ issuer: issuer.issuer }], options)
  const asked = issuer.askedForKeys
  await using stranger = await CiIssuer.start()
  for (let nth = 0; nth < 3; nth += 1) {
    const forged = await stranger.gitlab(audience, { iss: issuer.issuer })
    await expect(tokens.verify(forged, () => audience)).rejects.toThrow('does not verify')
  }
  expect(issuer.askedForKeys).toBe(asked + 1)
})
