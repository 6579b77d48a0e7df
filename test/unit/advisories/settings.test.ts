import { describe, expect, it } from 'vitest'
import { advisoriesSchema } from '#appliance/config/advisories.ts'

const parse = (source: object) => advisoriesSchema.safeParse({ sources: [source] })

describe('the source "own" in the settings', () => {
  it('may say what its advisories may, and has nothing to be read from', () => {
    expect(parse({ name: 'own', mayExpedite: true })).toMatchObject({ success: true })
    expect(parse({ name: 'own', url: 'https://osv.test/all.zip' })).toMatchObject({
      error: { issues: [{ message: expect.stringContaining('has no url') }] },
    })
    expect(parse({ name: 'ours', url: 'https://osv.test/all.zip' })).toMatchObject({ success: true })
  })
})
