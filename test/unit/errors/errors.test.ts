import { describe, expect, it } from 'vitest'
import { AtollError, catalogue, type ErrorCode, isErrorCode } from '#common/errors/index.ts'

const codes = Object.keys(catalogue) as ErrorCode[]

describe('the catalogue of errors', () => {
  it.each(codes)('%s has a status of an error and says a sentence', (code) => {
    expect(catalogue[code].status).toBeGreaterThanOrEqual(400)
    expect(catalogue[code].status).toBeLessThan(600)
    const details = { package: '@acme.test/hello', version: '1.0.0', reason: 'because of a reason' }
    expect(catalogue[code].message(details)).toMatch(/^\S.*[.?!]$/s)
  })

  it.each(['InvalidTarball', 'ProofFailed', 'UpstreamUnavailable', 'NotFound'] as const)(
    '%s says nothing odd when it does not know the package',
    (code) => expect(catalogue[code].message({})).not.toContain('undefined'),
  )
})

describe('an error', () => {
  it('takes code, status and sentence from the catalogue, and keeps its cause to itself', () => {
    const cause = new Error('password wrong for 10.0.0.7')
    const error = new AtollError('VersionExists', { package: '@acme.test/hello', version: '1.0.0' }, cause)
    expect(error).toMatchObject({ name: 'VersionExists', code: 'VersionExists', status: 403, cause })
    expect(error.message).toContain('@acme.test/hello@1.0.0')
    expect(error.message).not.toContain('password')
  })

  it('is known by its code only', () => {
    expect(isErrorCode('VersionExists')).toBe(true)
    for (const code of ['toString', 'constructor', '__proto__', '', 5, undefined, null])
      expect(isErrorCode(code)).toBe(false)
  })
})
