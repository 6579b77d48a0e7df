import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { describeEntry, toEntry } from './describe-line.ts'
import { LogFile } from './log-file.ts'

const info = 30

/** The one log of the box: everything as JSON lines in a file, what matters as plain lines on the terminal. */
export class BoxLog implements Disposable {
  readonly #file: LogFile
  readonly #terminal: Writable
  readonly #verbose: boolean
  readonly #lastShown = new Map<string, string>()

  constructor(dataDir: string, terminal: Writable, { verbose }: { verbose: boolean }) {
    this.#file = new LogFile(join(dataDir, 'logs', 'atoll.log'))
    this.#terminal = terminal
    this.#verbose = verbose
  }

  /** Something a component printed. @param level of lines that are not log entries */
  fromComponent(component: string, line: string, level = info): void {
    const entry = toEntry(component, line, level)
    this.#file.write(JSON.stringify(entry))
    const described = describeEntry(entry, { all: this.#verbose })
    // Somebody who tries again and again says the same; the terminal needs it once.
    if (described === undefined || described === this.#lastShown.get(component)) return
    this.#lastShown.set(component, described)
    this.say(described)
  }

  /** Progress of the box itself: on the terminal and in the file. */
  progress(message: string): void {
    this.#file.write(
      JSON.stringify({ level: info, time: new Date().toISOString(), component: 'appliance', msg: message }),
    )
    this.say(message)
  }

  say(message: string): void {
    this.#terminal.write(`${message}\n`)
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]()
  }
}
