import { describe, expect, it } from 'vitest'
import { putAdvisory } from '#common/operations/index.ts'

const record = 'bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'
const about = (name: string, events: object[] = [{ introduced: '0' }, { fixed: '1.4.2' }]) => [
  { name, ranges: [{ events }], versions: [] },
]
const input = {
  ...{ record, id: 'ACME-1', name: 'left-pad', summary: 'Reads files', severity: 'high', affected: about('left-pad') },
  ...{ aliases: [], cwes: [], references: [] },
  ...{ published: '2026-01-01T00:00:00.000Z', createdAt: '2026-02-01T00:00:00.000Z' },
}
const parse = (changes: object) => putAdvisory.parseInput({ ...input, ...changes } as never)

describe('an advisory that somebody is asked to approve', () => {
  it('says what it says, and what follows', () => {
    const parsed = parse({})
    expect(putAdvisory.summary(parsed)).toBe('publish the advisory ACME-1 (high) about left-pad <1.4.2: Reads files')
    const over = parse({ withdrawn: true, reason: 'it was none' })
    expect(putAdvisory.summary(over)).toBe('withdraw the advisory ACME-1 about left-pad <1.4.2')
    expect(putAdvisory.consequence?.(over)).toContain('it was none')
  })

  it('is named by its id, whatever the package', () => {
    const capitals = { name: 'jsonstream', affected: about('JSONStream') }
    expect(putAdvisory.draftRecord('did:plc:acme', parse(capitals))).toMatchObject({
      rkey: 'ACME-1',
      record: { package: 'jsonstream', affected: [{ name: 'JSONStream' }] },
    })
  })

  it.each([
    ['an unknown field', { credits: [] }, 'unknown field "credits"'],
    ['no severity of ours', { severity: 'bad' }, 'is not valid'],
    ['details without an end', { details: 'x'.repeat(20_001) }, 'is not valid'],
    ['a public database’s id', { id: 'CVE-2026-1' }, 'another database'],
    ['a name in capitals', { name: 'Left-Pad', affected: about('Left-Pad') }, 'not in lower case'],
    ['another package', { affected: about('right-pad') }, 'about another package'],
    ['two packages', { affected: [...about('a'), ...about('b')] }, 'is not valid'],
    ['a range that is none', { affected: about('left-pad', [{ introduced: 'x' }]) }, '"x" is no version'],
    ['a withdrawal without a reason', { withdrawn: true }, 'for a reason'],
    ['a reason and no withdrawal', { reason: 'x' }, 'for a reason'],
    ['a reason that is none', { withdrawn: true, reason: ' ' }, 'the reason is no text'],
    ['a reason that nobody could keep', { withdrawn: true, reason: 'a\0b' }, 'the reason is no text'],
    ['two ways to stand', { withdrawn: false }, 'not said to be withdrawn'],
    ['a time to come', { published: '2026-03-01T00:00:00.000Z' }, 'later than it is written'],
    ['a script for a link', { references: [{ type: 'WEB', url: 'javascript:alert(1)' }] }, 'is no link'],
  ])('is refused with %s', (_, changes, reason) => {
    expect(() => parse(changes)).toThrow(reason)
  })
})
