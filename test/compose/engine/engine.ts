import { dirname } from 'node:path'
import { type CommandOptions, runCommand, works } from '#test/support/run-command.ts'
import { installEngine, startEngine } from './own-engine.ts'

/** A container engine, and the programs that speak to it. */
export interface Engine extends AsyncDisposable {
  /** Whether it was started for the tests: then its containers are processes of this machine. */
  own: boolean
  docker(args: readonly string[], options?: CommandOptions): Promise<string>
  compose(args: readonly string[], options?: CommandOptions): Promise<string>
  /** A script in which `docker` is this one. */
  shell(script: string, options?: CommandOptions): Promise<string>
  /** As in DOCKER_HOST; undefined for the usual one. */
  host: string | undefined
}

/**
 * The engine that answers here; where none does, one of our own.
 * @throws Error when there is none, and this user may not install one
 */
export async function findEngine(): Promise<Engine> {
  if (await works('docker', ['info'], { timeoutMs: 10_000 })) return speakTo(undefined)
  await installEngine()
  await using opening = new AsyncDisposableStack()
  const { host } = opening.use(await startEngine())
  const engine = await speakTo(host)
  const opened = opening.move()
  return { ...engine, own: true, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** @param host as in DOCKER_HOST; the usual one when undefined */
async function speakTo(host: string | undefined): Promise<Engine> {
  const given: NodeJS.ProcessEnv = { ...process.env, DOCKER_BUILDKIT: '1', COMPOSE_DOCKER_CLI_BUILD: '1' }
  const env = host === undefined ? given : { ...given, DOCKER_HOST: host }
  const docker = await dockerWithBuildKit(env)
  const path = { ...env, PATH: `${dirname(docker)}:${env['PATH'] ?? ''}` }
  const [compose, first] = (await works(docker, ['compose', 'version']))
    ? [docker, ['compose']]
    : ['docker-compose', []]
  const withEnv = (options: CommandOptions = {}) => ({ ...options, env: { ...path, ...options.env } })
  return {
    own: false,
    docker: (args, options) => runCommand(docker, args, withEnv(options)),
    compose: (args, options) => runCommand(compose, [...first, ...args], withEnv(options)),
    shell: (script, options) => runCommand('sh', ['-euc', script], withEnv(options)),
    host,
    async [Symbol.asyncDispose]() {},
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
