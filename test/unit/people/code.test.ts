import { describe, expect, it } from 'vitest'
import { ApprovalCodes, normalizeCode } from '#pds/people/approve/code.ts'
import { drawUserCode, normalizeUserCode } from '#pds/people/sign-in/user-code.ts'

const codes = new ApprovalCodes('11'.repeat(32))

describe('a one-time code', () => {
  it('is the same whenever it is shown, and another for another approval or key', () => {
    expect(codes.codeOf('a')).toBe(new ApprovalCodes('11'.repeat(32)).codeOf('a'))
    expect(codes.codeOf('a')).not.toBe(codes.codeOf('b'))
    expect(codes.codeOf('a')).not.toBe(new ApprovalCodes('22'.repeat(32)).codeOf('a'))
  })

  it('has 80 bits, in groups, of characters that are not mistaken for each other', () => {
    for (const approval of 'abcdefgh') {
      expect(codes.codeOf(approval)).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/)
    }
  })

  it('is understood as people type it', () => {
    expect(normalizeCode(' 01ab-cdef 0123-45jk ')).toBe('01AB-CDEF-0123-45JK')
    expect(normalizeCode('oIlo')).toBe('0110')
  })
})

describe('a code to be typed on another machine', () => {
  it('has eight letters that make no words and are not mistaken for each other', () => {
    const drawn = Array.from({ length: 50 }, drawUserCode)
    for (const code of drawn) expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    expect(new Set(drawn).size).toBe(50)
  })

  it('is understood as people type it', () => {
    for (const typed of ['WDJB-MJHT', 'wdjbmjht', ' wdjb mjht ', 'WDJB–MJHT']) {
      expect(normalizeUserCode(typed)).toBe('WDJB-MJHT')
    }
  })
})
