import { expect, it } from 'vitest'
import { createProgram } from '#appliance/commands/index.ts'

it.each([
  ['no version', ['left-pad'], 'Say exactly which versions'],
  ['a range', ['left-pad@^1.3.0'], 'atoll block'],
  ['a tag', ['left-pad@latest'], 'Say exactly which versions'],
  ['versions of two packages', ['left-pad@1.3.0', 'right-pad@1.3.0'], 'one package at a time'],
  ['no package', ['@@'], 'names no package'],
])('"atoll purge" is asked of exact versions of one package, not of %s', async (_what, specs, message) => {
  const purging = createProgram().parseAsync(['purge', ...specs, '--reason', 'a court order'], { from: 'user' })
  await expect(purging).rejects.toThrow(message)
})
