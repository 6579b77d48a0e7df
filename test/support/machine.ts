import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

export interface CommandOutcome {
  exitCode: number
  /** What a terminal would show, without colours. */
  output: string
}

const timeoutMs = 540_000

/** Somebody's machine, with package managers from the registry and a token for this box. */
export class Machine {
  readonly home: string
  readonly #env: NodeJS.ProcessEnv

  /** @param programs folder of the package managers, first on the PATH */
  static async create(options: { registry: string; token: string; programs?: string }): Promise<Machine> {
    const { registry, token, programs } = options
    const home = await mkdtemp(join(tmpdir(), 'atoll-machine-'))
    const npmrc = [
      `registry=${registry}/`,
      `//${new URL(registry).host}/:_authToken=${token}`,
      'fund=false',
      'audit=false',
      'update-notifier=false',
    ]
    await mkdir(home, { recursive: true })
    await writeFile(join(home, '.npmrc'), `${npmrc.join('\n')}\n`)
    return new Machine(home, programs)
  }

  private constructor(home: string, programs = '') {
    this.home = home
    const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|pnpm_|VITEST|NODE_ENV$)/i.test(name))
    this.#env = {
      ...Object.fromEntries(inherited),
      PATH: [programs, process.env['PATH']].filter((part) => part !== '').join(delimiter),
      HOME: home,
      XDG_CONFIG_HOME: join(home, '.config'),
      npm_config_userconfig: join(home, '.npmrc'),
      npm_config_globalconfig: join(home, 'no-global-npmrc'),
      npm_config_cache: join(home, '.npm'),
      npm_config_browser: 'false',
      NO_COLOR: '1',
      CI: '',
    }
  }

  /** Runs a shell's line where there is no terminal. */
  run(cwd: string, line: string): Promise<CommandOutcome> {
    return this.#spawn(cwd, ['sh', '-c', line])
  }

  /**
   * Runs a shell's line under a terminal.
   * @param approve what the person does with each link that appears, one after the other
   */
  async runInTerminal(cwd: string, line: string, approve: (url: string) => Promise<void>): Promise<CommandOutcome> {
    const failed = Promise.withResolvers<never>()
    const seen = new Set<string>()
    let busy = Promise.resolve()
    const onOutput = (output: string) => {
      for (const url of linksIn(output)) {
        if (seen.has(url)) continue
        seen.add(url)
        busy = busy.then(() => approve(url))
        busy.catch(failed.reject)
      }
    }
    // A terminal without a size makes some programs write a letter per line.
    const ended = this.#spawn(cwd, ['script', '-qefc', `stty cols 120 rows 40; ${line}`, '/dev/null'], onOutput)
    return Promise.race([ended, failed.promise])
  }

  #spawn(cwd: string, [program = '', ...args]: string[], onOutput?: (output: string) => void): Promise<CommandOutcome> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        cwd,
        env: this.#env,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: timeoutMs,
      })
      let output = ''
      const collect = (chunk: Buffer) => {
        output += plain(chunk.toString('utf8'))
        onOutput?.(output)
      }
      child.stdout.on('data', collect)
      child.stderr.on('data', collect)
      child.on('error', reject)
      child.on('close', (code) => resolve({ exitCode: code ?? 1, output }))
    })
  }
}

/** Without colours; a line that the program cleared and wrote anew is several lines here. */
function plain(text: string): string {
  return stripVTControlCharacters(text.replaceAll('\r\u001b[2K', '\n')).replaceAll('\r', '')
}

/** Where approvals and sign-ins are asked for, as package managers print it. */
export function linksIn(output: string): string[] {
  return [...output.matchAll(/https?:\/\/\S+\/(?:approve|login)\/[\w-]{22}(?![\w-])/g)].map(([url]) => url)
}
