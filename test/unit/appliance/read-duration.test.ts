import { expect, it } from 'vitest'
import { readDuration } from '#appliance/commands/read-duration.ts'

it.each([
  ['90s', 90],
  ['30m', 1_800],
  [' 4h ', 14_400],
  ['1d', 86_400],
  ['0m', 0],
  ['4', undefined],
  ['-4h', undefined],
  ['4.5h', undefined],
  ['4h30m', undefined],
  ['for ever', undefined],
])('%j is %s seconds', (text, seconds) => {
  expect(readDuration(text)).toBe(seconds)
})
