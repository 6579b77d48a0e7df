import { parseSyml } from '@yarnpkg/parsers'
import { z } from 'zod'
import { UsageError } from '#appliance/failures.ts'
import { type Locked, type LockfileReader, lineFinder } from './locked.ts'

const entrySchema = z.object({
  version: z.string(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
})

/** `yarn.lock` of yarn 1. */
export const yarnClassicLock: LockfileReader = {
  manager: 'yarn 1',
  reads: (fileName, text) => fileName === 'yarn.lock' && !text.includes('__metadata:'),
  read(text) {
    const lineOf = lineFinder(text)
    return Object.entries(parse(text)).map(([key, entry]) => lockedOf(key, entry, lineOf))
  },
}

function parse(text: string): Record<string, z.infer<typeof entrySchema>> {
  try {
    return z.record(z.string(), entrySchema).parse(parseSyml(text))
  } catch (cause) {
    throw new UsageError('This is not a lockfile of yarn, or it is damaged.', { cause })
  }
}

/** Keys list what was asked for: `"@acme.test/ui@^1.0.0", "mine@npm:@acme.test/ui@^1.0.0"`. */
function lockedOf(
  key: string,
  { version, resolved, integrity }: z.infer<typeof entrySchema>,
  lineOf: (needle: string) => number | undefined,
): Locked {
  const [first = key] = key.split(', ')
  const name = nameOf(first)
  const line = lineOf(`\n"${first}`) ?? lineOf(`\n${first}`)
  // The SHA-1 of the tarball stands behind the URL.
  const tarball = resolved?.split('#', 1)[0]
  return { name, version, integrity, tarball, line: line === undefined ? undefined : line + 1 }
}

function nameOf(asked: string): string {
  const aliased = /^(?:@[^/@]+\/)?[^@]+@npm:((?:@[^/@]+\/)?[^@]+)@/.exec(asked)?.[1]
  return aliased ?? /^((?:@[^/@]+\/)?[^@]+)@/.exec(asked)?.[1] ?? asked
}
