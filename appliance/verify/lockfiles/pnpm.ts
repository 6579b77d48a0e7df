import { parse } from 'yaml'
import { z } from 'zod'
import { UsageError } from '#appliance/failures.ts'
import { type Locked, type LockfileReader, lineFinder } from './locked.ts'

const entrySchema = z.object({
  version: z.string().optional(),
  resolution: z.object({ integrity: z.string().optional(), tarball: z.string().optional() }).loose(),
})
const lockSchema = z.object({
  lockfileVersion: z.union([z.string(), z.number()]).transform(String),
  packages: z.record(z.string(), entrySchema).optional(),
})

/** `pnpm-lock.yaml`, and the one pnpm keeps inside node_modules; of formats 6 and 9 (pnpm 8 and later). */
export const pnpmLock: LockfileReader = {
  manager: 'pnpm',
  reads: (fileName, text) =>
    fileName === 'pnpm-lock.yaml' || (fileName === 'lock.yaml' && text.includes('lockfileVersion')),
  read(text) {
    const { lockfileVersion, packages = {} } = parseLock(text)
    if (Number.parseInt(lockfileVersion, 10) < 6) {
      throw new UsageError(
        `This lockfile is of format ${lockfileVersion}: run "pnpm install --lockfile-only" with pnpm 8 or newer.`,
      )
    }
    const lineOf = lineFinder(text)
    return Object.entries(packages).flatMap(([key, entry]) => lockedOf(key, entry, lineOf))
  },
}

function parseLock(text: string): z.infer<typeof lockSchema> {
  try {
    return lockSchema.parse(parse(text))
  } catch (cause) {
    throw new UsageError('This is not a lockfile of pnpm, or it is damaged.', { cause })
  }
}

/** Keys are `@acme.test/ui@1.0.0`, in format 6 with a slash before, there also with peers behind it in parentheses. */
function lockedOf(
  key: string,
  { version, resolution: { integrity, tarball } }: z.infer<typeof entrySchema>,
  lineOf: (needle: string) => number | undefined,
): Locked[] {
  const [, name, keyed = ''] = /^\/?((?:@[^/@]+\/)?[^@/]+)@([^(]+)/.exec(key) ?? []
  // Folders, git and files of one's own have no integrity that a registry could answer for.
  if (name === undefined || /^(file|link|git|https?)[:+]/.test(keyed)) return []
  const line = lineOf(`\n  '${key}':`) ?? lineOf(`\n  ${key}:`)
  return [{ name, version: version ?? keyed, integrity, tarball, line: line === undefined ? undefined : line + 1 }]
}
