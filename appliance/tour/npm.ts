import { spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

export interface NpmResult {
  exitCode: number
  /** Everything npm printed, as a terminal would show it, without colours. */
  output: string
}

/** Called with each URL npm asks the person to open; npm goes on by itself once they did. */
export type OpenUrl = (url: string) => Promise<void>

const timeoutMs = 120_000
const maxOutput = 1_000_000

/** Stock npm with a home folder of its own, as on a developer's machine that never saw this registry. */
export class Npm {
  readonly home: string
  readonly registry: string
  readonly #executable: string

  /** @param executable the npm to run; the first on the PATH unless another is under test */
  static async create(home: string, registry: string, executable = 'npm'): Promise<Npm> {
    await mkdir(home, { recursive: true })
    await writeFile(join(home, '.npmrc'), `registry=${registry}/\nfund=false\naudit=false\nupdate-notifier=false\n`)
    return new Npm(home, registry, executable)
  }

  private constructor(home: string, registry: string, executable: string) {
    this.home = home
    this.registry = registry
    this.#executable = executable
  }

  /** The token that `npm login` stored, or undefined before. */
  async token(): Promise<string | undefined> {
    const npmrc = await readFile(join(this.home, '.npmrc'), 'utf8')
    return /:_authToken=(\S+)/.exec(npmrc)?.[1]
  }

  /** Runs npm without a terminal, as a script would. */
  run(cwd: string, args: string[]): Promise<NpmResult> {
    return this.#spawn(cwd, this.#executable, args)
  }

  /**
   * Runs npm under a terminal: only then does it print a URL, wait for the person, and go on by itself.
   * @param openUrl what the person does with the URL
   */
  async runInTerminal(cwd: string, args: string[], openUrl: OpenUrl): Promise<NpmResult> {
    const command = [this.#executable, ...args].map(quote).join(' ')
    const opened = new Set<string>()
    const failed = Promise.withResolvers<never>()
    const onOutput = (output: string) => {
      for (const url of urlsToOpen(output)) {
        if (opened.has(url)) continue
        opened.add(url)
        openUrl(url).catch(failed.reject)
      }
    }
    const controller = new AbortController()
    const run = this.#spawn(cwd, 'script', ['-qefc', command, '/dev/null'], onOutput, controller.signal)
    try {
      return await Promise.race([run, failed.promise])
    } finally {
      controller.abort()
    }
  }

  #spawn(
    cwd: string,
    command: string,
    args: string[],
    onOutput?: (output: string) => void,
    signal?: AbortSignal,
  ): Promise<NpmResult> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd,
        env: this.#environment(),
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: timeoutMs,
        ...(signal === undefined ? {} : { signal }),
      })
      let output = ''
      const collect = (chunk: Buffer) => {
        output = plain((output + chunk.toString('utf8')).slice(-maxOutput))
        onOutput?.(output)
      }
      child.stdout.on('data', collect)
      child.stderr.on('data', collect)
      child.on('error', (error) => (error.name === 'AbortError' ? undefined : reject(error)))
      child.on('close', (code) => resolve({ exitCode: code ?? 1, output }))
    })
  }

  /** A clean environment: npm_* variables of the npm that may have started us would steer this one. */
  #environment(): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^npm_/i.test(name) && name !== 'NODE_COMPILE_CACHE',
    )
    return {
      ...Object.fromEntries(inherited),
      HOME: this.home,
      npm_config_userconfig: join(this.home, '.npmrc'),
      npm_config_globalconfig: join(this.home, 'no-global-npmrc'),
      npm_config_cache: join(this.home, '.npm'),
      npm_config_browser: 'false',
      NO_COLOR: '1',
      CI: '',
    }
  }
}

function quote(argument: string): string {
  return `'${argument.replaceAll("'", "'\\''")}'`
}

function plain(output: string): string {
  return stripVTControlCharacters(output).replaceAll('\r', '')
}

/** npm prints the URL on a line of its own, under "Login at:" or "Authenticate your account at:". */
function urlsToOpen(output: string): string[] {
  return [
    ...output.matchAll(/(?:Login at|Authenticate your account at|Create your account at):\s*\n\s*(https?:\/\/\S+)\n/g),
  ].flatMap((match) => match[1] ?? [])
}
