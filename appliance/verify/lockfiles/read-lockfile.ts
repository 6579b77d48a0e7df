import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { UsageError } from '#appliance/failures.ts'
import type { Locked } from './locked.ts'
import { npmLock } from './npm.ts'
import { pnpmLock } from './pnpm.ts'
import { yarnBerryLock } from './yarn-berry.ts'
import { yarnClassicLock } from './yarn-classic.ts'

export interface Lockfile {
  /** As it was found. */
  path: string
  manager: string
  /** Each name, version and tarball once. */
  packages: Locked[]
}

const readers = [npmLock, pnpmLock, yarnBerryLock, yarnClassicLock] as const

/** In a project's folder, the first of these that is there. */
const inProject = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock']
/** In a folder of installed packages: what its package manager wrote down about what it really installed. */
const inNodeModules = ['.package-lock.json', '.pnpm/lock.yaml']
const maxBytes = 256 * 2 ** 20

/**
 * Reads what a project is to install, or has installed.
 * @param given a lockfile, a folder of installed packages, or a project's folder
 * @throws UsageError when there is nothing that can be read
 */
export async function readLockfile(given: string): Promise<Lockfile> {
  const path = await findLockfile(given)
  if ((await stat(path)).size > maxBytes) throw new UsageError(`${path} is too large for a lockfile.`)
  const text = await readFile(path, 'utf8')
  const reader = readers.find(({ reads }) => reads(basename(path), text))
  if (reader === undefined) {
    throw new UsageError(`${path} is no lockfile that can be verified: those of npm, pnpm and yarn can.`)
  }
  return { path, manager: reader.manager, packages: withoutTwins(reader.read(text)) }
}

async function findLockfile(given: string): Promise<string> {
  const found = await stat(given).catch(() => undefined)
  if (found === undefined) throw new UsageError(`There is no ${given}.`)
  if (!found.isDirectory()) return given
  const candidates = (basename(given) === 'node_modules' ? inNodeModules : inProject).map((name) => join(given, name))
  for (const candidate of candidates) if ((await stat(candidate).catch(() => undefined))?.isFile()) return candidate
  throw new UsageError(
    `There is no lockfile in ${given}: looked for ${candidates.map((path) => basename(path)).join(', ')}.`,
  )
}

function withoutTwins(packages: readonly Locked[]): Locked[] {
  const seen = new Map(packages.toReversed().map((locked) => [keyOf(locked), locked]))
  return packages.filter((locked) => seen.get(keyOf(locked)) === locked)
}

function keyOf({ name, version, integrity, tarball }: Locked): string {
  return JSON.stringify([name, version, integrity, tarball])
}
