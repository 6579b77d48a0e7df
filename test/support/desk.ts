import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CommandOptions, type CommandResult, runAtoll } from './atoll-command.ts'

/** A machine that is not the box, as far as `atoll` can tell: an empty home, in which npm is told the registry. */
export interface Desk {
  env: NodeJS.ProcessEnv
  atoll(args: readonly string[], options?: Partial<CommandOptions>): Promise<CommandResult>
}

export async function openDesk(gateway: string): Promise<Desk> {
  const home = await mkdtemp(join(tmpdir(), 'desk-'))
  const project = join(home, 'project')
  await mkdir(project)
  await writeFile(join(home, '.npmrc'), `registry=${gateway}/\n`)
  const { PATH = '' } = process.env
  const env = { HOME: home, PATH }
  return { env, atoll: (args, options) => runAtoll(args, { cwd: project, env, ...options }) }
}
