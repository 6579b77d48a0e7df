import { describe, expect, it } from 'vitest'
import { layOverPreset, policySchema, presetNames } from '#common/policy/index.ts'

const policyOf = (written: unknown) => policySchema.parse(layOverPreset(written))

describe('a preset', () => {
  it('is a policy, whichever it is', () => {
    for (const preset of presetNames) expect(policyOf({ preset }).preset).toBe(preset)
  })

  it('is the default when it is the standard', () => {
    expect(policyOf({ preset: 'standard' })).toEqual(policySchema.parse({}))
  })

  it('lets in less from one to the next', () => {
    const ages = presetNames.map((preset) => policyOf({ preset }).upstream.minAge)
    expect(ages).toEqual(['0h', '24h', '7d'])
    expect(presetNames.map((preset) => policyOf({ preset }).upstream.firstUse)).toEqual(['allow', 'allow', 'hold'])
  })

  it('gives way to what is set beside it, field by field, and lists as a whole', () => {
    const { upstream } = policyOf({ preset: 'strict', upstream: { minAge: '2d', holdAdded: ['binaries'] } })
    expect(upstream).toMatchObject({ minAge: '2d', installScripts: 'deny', holdAdded: ['binaries'], firstUse: 'hold' })
  })

  it('says again what it said when it is laid over itself', () => {
    const strict = policyOf({ preset: 'strict', upstream: { minAge: '2d' } })
    expect(policyOf(strict)).toEqual(strict)
  })

  it('is none when it has another name, which the schema says', () => {
    for (const written of [{ preset: 'paranoid' }, { preset: 'constructor' }, 'strict', []]) {
      expect(() => policyOf(written)).toThrow()
    }
  })
})
