import { describe, expect, it } from 'vitest'
import { readPackageSpec } from '#appliance/commands/package-spec.ts'
import { field } from '#appliance/commands/print-csv.ts'

describe('a package with a range', () => {
  it.each([
    ['left-pad', 'left-pad', undefined],
    ['left-pad@', 'left-pad', undefined],
    ['left-pad@1.3.0', 'left-pad', '1.3.0'],
    ['@acme.test/ui', '@acme.test/ui', undefined],
    ['@acme.test/ui@>=1.0.0 <2', '@acme.test/ui', '>=1.0.0 <2'],
  ])('%s', (argument, name, range) => expect(readPackageSpec(argument)).toEqual({ name, range }))

  it.each(['', '@', '@acme.test', 'a b', 'a/b'])('%j is none', (argument) => {
    expect(() => readPackageSpec(argument)).toThrow(/names no package/)
  })
})

describe('a field of CSV', () => {
  it.each([
    [3, '3'],
    [undefined, ''],
    ['plain', 'plain'],
    ['a,"b"\n', '"a,""b""\n"'],
    [['a', 'b'], 'a b'],
    ['=HYPERLINK("http://evil")', `"'=HYPERLINK(""http://evil"")"`],
    ['@sum', "'@sum"],
  ])('%j is %j, and begins no formula', (value, written) => expect(field(value)).toBe(written))
})
