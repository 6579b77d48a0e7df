import { z } from 'zod'
import { UsageError } from '#appliance/failures.ts'
import { type Locked, type LockfileReader, lineFinder } from './locked.ts'

const packageSchema = z.object({
  name: z.string().optional(),
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  inBundle: z.boolean().optional(),
})
const lockSchema = z.object({
  lockfileVersion: z.number(),
  packages: z.record(z.string(), packageSchema).optional(),
})

/**
 * `package-lock.json`, `npm-shrinkwrap.json`, and the one npm keeps inside node_modules; of format 2 and 3.
 * https://docs.npmjs.com/cli/configuring-npm/package-lock-json
 */
export const npmLock: LockfileReader = {
  manager: 'npm',
  reads: (fileName) => ['package-lock.json', 'npm-shrinkwrap.json', '.package-lock.json'].includes(fileName),
  read(text) {
    const { packages } = parse(text)
    if (packages === undefined) {
      throw new UsageError(
        'This lockfile is of npm 6 or older: run "npm install --package-lock-only" with a newer npm.',
      )
    }
    const lineOf = lineFinder(text)
    return Object.entries(packages).flatMap(([path, entry]) => lockedOf(path, entry, lineOf))
  },
}

function parse(text: string): z.infer<typeof lockSchema> {
  try {
    return lockSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new UsageError('This is not a lockfile of npm, or it is damaged.', { cause })
  }
}

function lockedOf(
  path: string,
  { name, version, resolved, integrity, link, inBundle }: z.infer<typeof packageSchema>,
  lineOf: (needle: string) => number | undefined,
): Locked[] {
  const folder = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1]
  // The project and its workspaces, and what came inside another package's tarball.
  if (folder === undefined || link === true || inBundle === true || version === undefined) return []
  const line = lineOf(`${JSON.stringify(path)}: {`)
  return [{ name: name ?? folder, version, integrity, tarball: resolved, line }]
}
