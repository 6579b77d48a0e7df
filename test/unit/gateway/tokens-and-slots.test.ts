import { describe, expect, it } from 'vitest'
import { Slots } from '#common/slots/index.ts'
import { hashToken, mintToken } from '#gateway/auth/token/mint-token.ts'
import { digestName, integrityOfName } from '#gateway/files/index.ts'

describe('npm tokens', () => {
  it('are new each time and look like tokens to secret scanners', () => {
    const tokens = Array.from({ length: 100 }, mintToken)
    expect(new Set(tokens).size).toBe(100)
    for (const token of tokens) expect(token).toMatch(/^npm_[A-Za-z0-9]{36,}$/)
  })

  it('are known by their hash; rubbish has none', () => {
    const token = mintToken()
    expect(hashToken(token)).toHaveLength(32)
    for (const rubbish of ['', 'npm_', 'npm_short', `${token}!`, `x${token}`])
      expect(hashToken(rubbish)).toBeUndefined()
  })
})

describe('names of files', () => {
  it('are digests and nothing else', () => {
    const integrity = `sha512-${Buffer.alloc(64, 7).toString('base64')}`
    const name = digestName(`sha1-abc ${integrity}`)
    expect(name).toBe('07'.repeat(64))
    expect(integrityOfName(name ?? '')).toBe(integrity)
    for (const other of ['', 'sha512-../../etc/passwd', 'sha1-abc', `${integrity}x`])
      expect(digestName(other)).toBeUndefined()
    expect(integrityOfName('../etc/passwd')).toBeUndefined()
  })
})

describe('slots', () => {
  it('let so many in, so many wait, and send the rest away', async () => {
    const slots = new Slots({ count: 1, maxWaiting: 1 })
    const first = await slots.take()
    const second = slots.take()
    await expect(slots.take()).rejects.toMatchObject({ code: 'TooManyRequests' })
    first[Symbol.dispose]()
    const held = await second
    held[Symbol.dispose]()
    await expect(slots.take()).resolves.toBeDefined()
  })
})
