import { dirname } from 'node:path'
import { type CommandOptions, runCommand, works } from '#test/support/run-command.ts'

/** A container engine, and the programs that speak to it. */
export interface Engine {
  /** Whether it was started for the tests: then its containers are processes of this machine. */
  own: boolean
  docker(args: readonly string[], options?: CommandOptions): Promise<string>
  compose(args: readonly string[], options?: CommandOptions): Promise<string>
  /** A script in which `docker` is this one. */
  shell(script: string, options?: CommandOptions): Promise<string>
}

/** The engine that answers here. */
export async function findEngine(): Promise<Engine> {
  const env: NodeJS.ProcessEnv = { ...process.env, DOCKER_BUILDKIT: '1', COMPOSE_DOCKER_CLI_BUILD: '1' }
  const docker = await dockerWithBuildKit(env)
  const path = { ...env, PATH: `${dirname(docker)}:${env['PATH'] ?? ''}` }
  const [compose, first] = (await works(docker, ['compose', 'version']))
    ? [docker, ['compose']]
    : ['docker-compose', []]
  const withEnv = (options: CommandOptions = {}) => ({ ...options, env: { ...path, ...options.env } })
  return {
    own: process.env['ATOLL_TEST_OWN_ENGINE'] !== undefined,
    docker: (args, options) => runCommand(docker, args, withEnv(options)),
    compose: (args, options) => runCommand(compose, [...first, ...args], withEnv(options)),
    shell: (script, options) => runCommand('sh', ['-euc', script], withEnv(options)),
  }
}

/** Clients before 23 speak BuildKit themselves, later ones by a plugin that may be missing. */
async function dockerWithBuildKit(env: NodeJS.ProcessEnv): Promise<string> {
  const found = (await runCommand('which', ['-a', 'docker'])).trim().split('\n')
  for (const docker of found) {
    if (await works(docker, ['buildx', 'version'])) return docker
    const version = await runCommand(docker, ['version', '--format', '{{.Client.Version}}'], { env })
    if (Number.parseInt(version, 10) < 23) return docker
  }
  throw new Error(`None of ${found.join(', ')} can build with BuildKit: install the buildx plugin.`)
}
