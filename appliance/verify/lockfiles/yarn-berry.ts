import { parseSyml } from '@yarnpkg/parsers'
import { z } from 'zod'
import { UsageError } from '#appliance/failures.ts'
import { type Locked, type LockfileReader, lineFinder } from './locked.ts'

const entrySchema = z.object({ version: z.string(), resolution: z.string(), linkType: z.string().optional() })

/**
 * `yarn.lock` of yarn 2 and later. Its checksums are of archives yarn makes itself, so it pins no bytes that anybody else could
 * answer for: what it pins is where they come from.
 */
export const yarnBerryLock: LockfileReader = {
  manager: 'yarn',
  reads: (fileName, text) => fileName === 'yarn.lock' && text.includes('__metadata:'),
  read(text) {
    const lineOf = lineFinder(text)
    return Object.entries(parse(text)).flatMap(([key, entry]) => {
      if (key === '__metadata') return []
      const parsed = entrySchema.safeParse(entry)
      return parsed.success ? lockedOf(parsed.data, lineOf) : []
    })
  },
}

function parse(text: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(parseSyml(text))
  } catch (cause) {
    throw new UsageError('This is not a lockfile of yarn, or it is damaged.', { cause })
  }
}

/** Resolutions are `@acme.test/ui@npm:1.0.0`, with `::__archiveUrl=` behind it where the tarball is elsewhere than usual. */
function lockedOf(
  { version, resolution }: z.infer<typeof entrySchema>,
  lineOf: (needle: string) => number | undefined,
): Locked[] {
  const [, name, bindings = ''] = /^((?:@[^/@]+\/)?[^@]+)@npm:[^:]+(?:::(.*))?$/.exec(resolution) ?? []
  if (name === undefined) return []
  const tarball = new URLSearchParams(bindings).get('__archiveUrl') ?? undefined
  return [{ name, version, integrity: undefined, tarball, line: lineOf(`resolution: "${resolution}"`) }]
}
