import { randomBytes } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { freePort } from '#appliance/config/index.ts'
import type { CommandResult } from '#test/support/atoll-command.ts'
import { type CommandOptions, runCommand } from '#test/support/run-command.ts'
import type { Engine } from './engine/engine.ts'
import { ensureImage } from './images/ensure-image.ts'
import { buildNode, buildPostgres } from './images/stand-ins.ts'

const deploy = join(import.meta.dirname, '../../deploy')
const machineAuthorities = join(deploy, 'ca/machine-of-the-tests.crt')
const healthyMs = 120_000

const stateSchema = z.object({
  Running: z.boolean(),
  ExitCode: z.int(),
  Pid: z.int(),
  Health: z.object({ Status: z.string() }).optional(),
})

const mountsSchema = z.array(
  z
    .object({ Name: z.string().default(''), Destination: z.string() })
    .transform(({ Name: name, Destination: destination }) => ({ name, destination })),
)

/** deploy/docker-compose.yml under a project name, state folder and ports of its own; all of it goes when disposed of. */
export class Deployment implements AsyncDisposable {
  /** What `atoll` commands are run with besides. */
  readonly env: NodeJS.ProcessEnv = {}
  readonly gateway: string
  /** Where strangers install, once it runs. */
  readonly publicGateway: string
  /** Keys, secrets, configurations. */
  readonly state: string
  /** Where public packages come from. */
  readonly upstream: URL
  readonly #engine: Engine
  readonly #project: string
  /** Over this process' own. */
  readonly #env: Record<string, string>
  /** Compose files beside deploy's own. */
  readonly #further: string[] = []

  private constructor(engine: Engine, project: string, env: Record<string, string>, state: string) {
    this.#engine = engine
    this.#project = project
    this.#env = env
    this.state = state
    this.upstream = new URL(env['ATOLL_UPSTREAM_URL'] ?? '')
    this.gateway = `http://localhost:${env['ATOLL_PORT_GATEWAY']}`
    this.publicGateway = `http://localhost:${env['ATOLL_PORT_PUBLICGATEWAY']}`
  }

  /** Nothing runs yet: the images it is built from are there. */
  static async create(engine: Engine): Promise<Deployment> {
    const project = `atoll-test-${randomBytes(4).toString('hex')}`
    const state = await mkdtemp(join(tmpdir(), 'atoll-state-'))
    const registry = (await runCommand('npm', ['config', 'get', 'registry'])).trim()
    const env = {
      ATOLL_STATE: state,
      ATOLL_IMAGE: `${project}:latest`,
      NODE_IMAGE: await ensureImage(engine, 'node:24-bookworm-slim', (tag) => buildNode(engine, tag)),
      ATOLL_POSTGRES_IMAGE: await ensureImage(engine, 'postgres:18-bookworm', (tag) => buildPostgres(engine, tag)),
      NPM_REGISTRY: registry,
      ATOLL_UPSTREAM_URL: registry,
      ATOLL_PORT_GATEWAY: String(await freePort()),
      ATOLL_PORT_PAGES: String(await freePort()),
      ATOLL_PORT_IDP: String(await freePort()),
      ATOLL_PORT_EDGEORG: String(await freePort()),
      ATOLL_PORT_EDGEPEOPLE: String(await freePort()),
      ATOLL_PORT_PUBLICGATEWAY: String(await freePort()),
    }
    return new Deployment(engine, project, env, state)
  }

  /** Node's image, or what stands in for it. */
  get nodeImage(): string {
    return this.#env['NODE_IMAGE'] ?? ''
  }

  /** The same of Postgres's. */
  get postgresImage(): string {
    return this.#env['ATOLL_POSTGRES_IMAGE'] ?? ''
  }

  /** `docker compose <args>`, as somebody would who stands in deploy/. */
  compose(args: readonly string[], { env, ...options }: CommandOptions = {}): Promise<string> {
    const files = this.#further.flatMap((file) => ['--file', file])
    return this.#engine.compose(
      [
        '--project-name',
        this.#project,
        ...(files.length === 0 ? [] : ['--file', 'docker-compose.yml', ...files]),
        ...args,
      ],
      { ...options, cwd: deploy, env: { ...env, ...this.#env } },
    )
  }

  /**
   * Lets containers find an address of this machine by a name, as they would find one of the internet.
   * @param services that are started later
   */
  async knowHost(name: string, services: readonly string[]): Promise<void> {
    const file = join(this.state, 'hosts.yml')
    const entry = { extra_hosts: [`${name}:${await this.machine()}`] }
    // JSON is YAML.
    await writeFile(file, JSON.stringify({ services: Object.fromEntries(services.map((service) => [service, entry])) }))
    this.#further.push(file)
  }

  /** This machine's address, as containers that have a way out reach it. */
  async machine(): Promise<string> {
    // The gateway of the default route, in hexadecimal and its bytes in reverse (proc_net(5)).
    const code = `
    const routes = require('fs').readFileSync('/proc/net/route', 'utf8').split('\\n').map((line) => line.split('\\t'))
    const [, , gateway] = routes.find(([, destination]) => destination === '00000000')
    process.stdout.write([...Buffer.from(gateway, 'hex').reverse()].join('.'))`
    return this.#engine.docker(['run', '--rm', '--entrypoint', 'node', this.nodeImage, '--eval', code])
  }

  /** `atoll <args>`, as docs/containers.md has somebody administer. */
  async atoll(
    args: readonly string[],
    {
      env = {},
      onStderr,
      timeoutMs,
    }: { env?: NodeJS.ProcessEnv; onStderr?: (stderr: string) => void; timeoutMs?: number } = {},
  ): Promise<CommandResult> {
    const token = env['ATOLL_TOKEN'] ?? ''
    let stderr = ''
    const listen = (said: string) => {
      stderr = said
      onStderr?.(said)
    }
    const options = { env: { ATOLL_TOKEN: token }, onStderr: listen, ...(timeoutMs === undefined ? {} : { timeoutMs }) }
    try {
      const stdout = await this.compose(['run', '--rm', '-T', 'admin', ...args], options)
      return { exitCode: 0, stdout, stderr }
    } catch (error) {
      return { exitCode: 1, stdout: '', stderr: `${stderr}\n${(error as Error).message}` }
    }
  }

  /** Its addresses, one for each network it is in. */
  async addressesOf(service: string): Promise<string[]> {
    const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}'
    const found = await this.#engine.docker(['inspect', '--format', format, await this.#idOf(service)])
    return found.trim().split(/\s+/)
  }

  /** `docker compose build init`, with the authorities this machine trusts as the company's own. */
  async build(args: readonly string[]): Promise<void> {
    const authorities = process.env['NODE_EXTRA_CA_CERTS'] ?? ''
    await mkdir(join(deploy, 'ca'), { recursive: true })
    try {
      if (authorities !== '') await copyFile(authorities, machineAuthorities)
      await this.compose(args)
    } finally {
      await rm(machineAuthorities, { force: true })
    }
  }

  async imageMegabytes(): Promise<{ image: number; base: number }> {
    const sizeOf = async (name: string | undefined) =>
      Math.round(Number(await this.#engine.docker(['image', 'inspect', '--format', '{{.Size}}', name ?? ''])) / 1e6)
    return { image: await sizeOf(this.#env['ATOLL_IMAGE']), base: await sizeOf(this.#env['NODE_IMAGE']) }
  }

  /** Runs a program in a running container. @throws Error with what it printed */
  async exec(service: string, command: readonly string[]): Promise<string> {
    return this.#engine.docker(['exec', await this.#idOf(service), ...command])
  }

  /** Runs a module in a running container, with the repository's packages at hand. */
  evaluate(service: string, code: string): Promise<string> {
    return this.exec(service, ['node', '--input-type=module', '--eval', code])
  }

  async stateOf(service: string) {
    const id = await this.#idOf(service)
    const state = await this.#engine.docker(['inspect', '--format', '{{json .State}}', id])
    return { id, ...stateSchema.parse(JSON.parse(state)) }
  }

  /** Files and volumes from outside. */
  async mountsOf(service: string): Promise<z.output<typeof mountsSchema>> {
    const { id } = await this.stateOf(service)
    return mountsSchema.parse(JSON.parse(await this.#engine.docker(['inspect', '--format', '{{json .Mounts}}', id])))
  }

  /** @throws Error with the end of its log when it does not get healthy */
  async healthy(service: string): Promise<void> {
    const until = Date.now() + healthyMs
    while ((await this.stateOf(service)).Health?.Status !== 'healthy') {
      if (Date.now() > until) {
        throw new Error(`${service} is not healthy:\n${await this.compose(['logs', '--tail', '40', service])}`)
      }
      await pause(300)
    }
  }

  /** Waits for a container that ends by itself. @returns its exit code */
  async ended(service: string): Promise<number> {
    return Number(await this.#engine.docker(['wait', (await this.stateOf(service)).id]))
  }

  /** kill -9. Under our own engine it is a crash, which the restart policy answers; under another, a stop and a start. */
  async crash(service: string): Promise<void> {
    const { id, Pid: pid } = await this.stateOf(service)
    if (this.#engine.own) {
      process.kill(pid, 'SIGKILL')
      while ((await this.stateOf(service)).Pid === pid) await pause(50)
    } else {
      await this.#engine.docker(['kill', id])
      await this.#engine.docker(['start', id])
    }
  }

  /**
   * Starts a Postgres that is none of Compose's, which the components know as `name`: in their network, for want of one that
   * leads elsewhere, as soon as that is there.
   */
  async startPostgres(name: string, password: string): Promise<AsyncDisposable> {
    const file = join(this.state, 'their-password')
    await writeFile(file, password, { mode: 0o644 })
    const network = ['--network', `${this.#project}_db`, '--network-alias', name]
    const until = Date.now() + healthyMs
    while (!(await this.#hasNetwork(`${this.#project}_db`)) && Date.now() < until) await pause(300)
    const secret = [
      '--volume',
      `${file}:/password:ro`,
      '--env',
      'POSTGRES_PASSWORD_FILE=/password',
      '--user',
      '999:999',
    ]
    const image = this.#env['ATOLL_POSTGRES_IMAGE'] ?? ''
    const id = (await this.#engine.docker(['run', '--detach', ...network, ...secret, image])).trim()
    return {
      [Symbol.asyncDispose]: async () => void (await this.#engine.docker(['rm', '--force', '--volumes', id])),
    }
  }

  /** SIGTERM, and patience. @returns its exit code, which is not 0 when it had to be killed */
  async stop(service: string, patienceSeconds: number): Promise<number> {
    const id = await this.#idOf(service)
    await this.#engine.docker(['stop', '--time', String(patienceSeconds), id])
    return (await this.stateOf(service)).ExitCode
  }

  #hasNetwork(name: string): Promise<boolean> {
    return this.#engine.docker(['network', 'inspect', name]).then(
      () => true,
      () => false,
    )
  }

  /** By the labels Compose gives, which is asked many times faster than Compose itself. */
  async #idOf(service: string): Promise<string> {
    const labels = [`project=${this.#project}`, `service=${service}`, 'oneoff=False']
    const filters = labels.flatMap((label) => ['--filter', `label=com.docker.compose.${label}`])
    return (await this.#engine.docker(['ps', '--all', '--quiet', ...filters])).trim()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.compose([
      '--profile',
      'demo',
      '--profile',
      'promotion',
      'down',
      '--volumes',
      '--remove-orphans',
      '--timeout',
      '5',
    ])
    await this.#engine.docker(['image', 'rm', '--force', this.#env['ATOLL_IMAGE'] ?? '']).catch(() => {})
    await rm(this.state, { recursive: true, force: true })
  }
}
