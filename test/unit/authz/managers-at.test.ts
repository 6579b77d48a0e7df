import { describe, expect, it } from 'vitest'
import { changesAt, managersAt, temporaryManagersAt } from '#common/authz/index.ts'

const at = (time: string) => `2026-11-22T${time}:00.000Z`
const now = Date.parse(at('12:00'))
const temporary = (did: string, since: string, until: string) => ({ did, since, until })
const named = (...temporaryManagers: ReturnType<typeof temporary>[]) => ({ managers: ['did:alice'], temporaryManagers })

describe('who manages because the registry says so', () => {
  it.each([
    ['from its beginning', at('12:00'), at('16:00'), true],
    ['until just before its end', at('08:00'), at('12:01'), true],
    ['not at its end', at('08:00'), at('12:00'), false],
    ['not before its beginning', at('12:01'), at('13:00'), false],
    ['not for longer than a day, whatever the record says', at('11:00'), '2026-11-23T11:01:00.000Z', false],
  ])('is somebody named for a while: %s', (_when, since, until, manages) => {
    expect(managersAt(named(temporary('did:carol', since, until)), now)).toEqual(
      manages ? ['did:alice', 'did:carol'] : ['did:alice'],
    )
  })

  it('is whom it named for good, with records of before there was anything else', () => {
    expect(managersAt({ managers: ['did:alice'] }, now)).toEqual(['did:alice'])
    expect(changesAt({ managers: ['did:alice'] }, now)).toBe(Number.POSITIVE_INFINITY)
  })

  it('is temporary as long as it counts, for whom it did not name for good besides', () => {
    const times = [at('08:00'), at('16:00')] as const
    const record = named(temporary('did:alice', ...times), temporary('did:carol', ...times))
    expect(temporaryManagersAt(record, now)).toEqual(['did:carol'])
    expect(temporaryManagersAt(record, Date.parse(at('16:00')))).toEqual([])
  })

  it('changes by time alone, next at the first of all beginnings and ends to come', () => {
    const record = named(temporary('a', at('11:00'), at('12:30')), temporary('b', at('12:10'), at('13:00')))
    expect(changesAt(record, now)).toBe(Date.parse(at('12:10')))
    expect(changesAt(record, Date.parse(at('12:10')))).toBe(Date.parse(at('12:30')))
    expect(changesAt(record, Date.parse(at('13:00')))).toBe(Number.POSITIVE_INFINITY)
  })
})
