import { expect, it } from 'vitest'
import { toFrame, toSyslog } from '#common/audit/index.ts'

const entry = {
  seq: 7,
  at: new Date('2026-11-01T12:00:00.000Z'),
  actor: 'did:plc:alice',
  action: 'operation.refused',
  subject: 'publish "x"]\n<13>1 forged',
  details: '{"code":"Forbidden"}',
  hash: 'ab',
}

it('says an entry in one line of RFC 5424, whatever is in it', () => {
  expect(toSyslog(entry, 'box one')).toBe(
    '<108>1 2026-11-01T12:00:00.000Z box_one atoll - operation.refused ' +
      '[atoll@32473 seq="7" actor="did:plc:alice" subject="publish \\"x\\"\\] <13>1 forged" ' +
      'details="{\\"code\\":\\"Forbidden\\"}" hash="ab"] did:plc:alice operation.refused publish "x"] <13>1 forged',
  )
  for (const action of ['operation.done', 'passkey.added', 'person.enrolled']) {
    expect(toSyslog({ ...entry, action }, 'box')).toMatch(/^<109>1 /)
  }
  for (const action of ['passkeys.reset', 'passkey.interrupted', 'enrolment.refused']) {
    expect(toSyslog({ ...entry, action }, 'box')).toMatch(/^<108>1 /)
  }
})

it('counts bytes, not characters, in a frame', () => {
  expect(toFrame('é').toString()).toBe('2 é')
})
