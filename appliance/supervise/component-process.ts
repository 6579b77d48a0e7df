import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { ComponentName } from '#appliance/config/index.ts'
import { Failure } from '#appliance/failures.ts'
import { readyMessage, type StartMessage } from '#appliance/run/index.ts'
import { BackOff } from './back-off.ts'
import type { BoxLog } from './box-log.ts'
import { lastWords } from './last-words.ts'
import { lineSplitter } from './line-splitter.ts'

export interface ComponentProcessOptions {
  name: ComponentName
  configFile: string
  env: NodeJS.ProcessEnv
  log: BoxLog
}

// V8 lets the young generation grow to 16 MiB three times over before it looks for garbage; seven idle processes with 4
// take 970 MB together instead of 1390 (PSS, measured), and start no slower.
const memoryFlag = '--max-semi-space-size=4'
const program = join(import.meta.dirname, '../bin/atoll.ts')
const errorLevel = 50
const stopMs = 2_500
/** Of what it printed on stderr, so many lines are kept for when it ends. */
const maxLines = 60
/** So often it may end before it was ever ready. */
const attempts = 4

/** A component ended again and again before it was ready. */
export class DoesNotStart extends Failure {}

/** One component in a process of its own, which is started again whenever it ends by itself. */
export class ComponentProcess implements AsyncDisposable {
  readonly name: ComponentName
  /** Settles when it was ready for the first time; rejects when it cannot be. */
  readonly ready: Promise<void>
  readonly #options: ComponentProcessOptions
  readonly #backOff = new BackOff()
  readonly #firstReady = Promise.withResolvers<void>()
  #child: ChildProcess | undefined
  #mayStart = false
  #stopping = false
  #failures = 0
  #wasReady = false
  #readySince: number | undefined
  #restart: NodeJS.Timeout | undefined

  /** Starts the process, which loads its code and then waits for `start`. */
  constructor(options: ComponentProcessOptions) {
    this.name = options.name
    this.#options = options
    this.ready = this.#firstReady.promise
    // Whoever awaits it hears of it; nobody may, when the box ends before.
    this.ready.catch(() => {})
    this.#spawn()
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Its configuration is written. */
  start(): void {
    this.#mayStart = true
    this.#sendStart()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#restart)
    const child = this.#child
    if (child === undefined || hasEnded(child)) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    const hurry = setTimeout(() => child.kill('SIGKILL'), stopMs)
    await ended
    clearTimeout(hurry)
  }

  #spawn(): void {
    const { name, configFile, env, log } = this.#options
    this.#readySince = undefined
    // Detached: Ctrl-C in the terminal reaches the supervisor alone, which ends its children in order.
    const child = spawn(process.execPath, [memoryFlag, program, 'run', name, '--config', configFile], {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.#child = child
    child.stdout?.on(
      'data',
      lineSplitter((line) => log.fromComponent(name, line)),
    )
    const said: string[] = []
    child.stderr?.on(
      'data',
      lineSplitter((line) => {
        log.fromComponent(name, line)
        said.push(line)
        if (said.length > maxLines) said.shift()
      }),
    )
    child.on('message', (message) => {
      if (readyMessage.safeParse(message).success) this.#becomeReady()
    })
    child.once('error', (error) => log.fromComponent(name, error.message, errorLevel))
    child.once('close', (code, signal) => this.#ended(signal ?? `code ${code}`, lastWords(said)))
    if (this.#mayStart) this.#sendStart()
  }

  #sendStart(): void {
    // A process that has just ended takes no message; its successor will be told.
    if (this.#child?.connected) this.#child.send({ type: 'start' } satisfies StartMessage, () => {})
  }

  #becomeReady(): void {
    if (this.#wasReady) this.#options.log.progress(`✓ ${this.name} again`)
    this.#wasReady = true
    this.#readySince = Date.now()
    this.#firstReady.resolve()
  }

  #ended(how: string, words: string[]): void {
    if (this.#stopping) return
    const { name, log } = this.#options
    if (this.#failures === 0) for (const line of words) log.say(`  ${line}`)
    const ranMs = this.#readySince === undefined ? 0 : Date.now() - this.#readySince
    if (!this.#wasReady) this.#failures += 1
    if (this.#failures === attempts) {
      this.#firstReady.reject(new DoesNotStart(`${name} does not start: ${words[0] ?? how}`))
    }
    const delayMs = this.#backOff.afterRunOf(ranMs)
    log.progress(`! ${name} ended (${how}), starts again in ${delayMs / 1000} s`)
    this.#restart = setTimeout(() => this.#spawn(), delayMs)
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}
