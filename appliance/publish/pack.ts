import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Failure } from '#appliance/failures.ts'

const run = promisify(execFile)

/**
 * The tarball as npm packs it, with the package's own scripts. A tarball is taken as it is.
 * @param source folder or `.tgz`
 * @throws Failure with what npm says
 */
export async function packSource(source: string): Promise<Buffer> {
  if ((await stat(source).catch(() => undefined))?.isFile() === true) return readFile(source)
  const folder = await mkdtemp(join(tmpdir(), 'atoll-publish-'))
  try {
    await run('npm', ['pack', '--pack-destination', folder, '--json'], { cwd: source })
    const [file = ''] = await readdir(folder)
    return await readFile(join(folder, file))
  } catch (error) {
    const said = (error as { stderr?: string }).stderr ?? String(error)
    throw new Failure(`npm did not pack ${source}: ${said.trim()}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
