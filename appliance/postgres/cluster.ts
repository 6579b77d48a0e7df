import { access, chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PostgresBinaries } from './binaries.ts'
import { giveToPostgres, runUnprivileged } from './unprivileged.ts'

export const superuser = 'atoll'

/**
 * Creates the cluster if it is not there. It appears in its place only when complete, so a start that was killed in
 * the middle is simply done again.
 * @param folder where clusters and programs live
 * @param password of the superuser
 * @returns the cluster's data folder
 */
export async function createCluster(folder: string, binaries: PostgresBinaries, password: string): Promise<string> {
  const cluster = join(folder, 'cluster')
  if (await exists(join(cluster, 'PG_VERSION'))) return cluster
  const unfinished = join(folder, 'unfinished')
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { mode: 0o700 })
  await giveToPostgres(unfinished)
  const passwordFile = join(unfinished, 'password')
  await writeFile(passwordFile, password, { mode: 0o600 })
  await giveToPostgres(passwordFile)
  const created = join(unfinished, 'cluster')
  await runUnprivileged(binaries.initdb, [
    `--pgdata=${created}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--locale=C.UTF-8',
    '--lc-messages=C',
  ])
  await chmod(created, 0o700)
  await rename(created, cluster)
  await rm(unfinished, { recursive: true, force: true })
  return cluster
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
