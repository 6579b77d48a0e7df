import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const defaultMaxBytes = 10_000_000
const generations = 5

/** A file of lines that is put aside when it is full: `atoll.log`, `atoll.log.1`, … and the oldest goes. */
export class LogFile implements Disposable {
  readonly #path: string
  readonly #maxBytes: number
  #descriptor: number
  #size: number

  constructor(path: string, maxBytes = defaultMaxBytes) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    this.#path = path
    this.#maxBytes = maxBytes
    this.#descriptor = openSync(path, 'a', 0o600)
    this.#size = fstatSync(this.#descriptor).size
  }

  /** Written at once, so that the last words before a crash are there. */
  write(line: string): void {
    const bytes = Buffer.from(`${line}\n`)
    if (this.#size > 0 && this.#size + bytes.length > this.#maxBytes) this.#rotate()
    writeSync(this.#descriptor, bytes)
    this.#size += bytes.length
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor)
  }

  #rotate(): void {
    closeSync(this.#descriptor)
    for (let age = generations - 1; age >= 0; age -= 1) {
      const from = age === 0 ? this.#path : `${this.#path}.${age}`
      if (existsSync(from)) renameSync(from, `${this.#path}.${age + 1}`)
    }
    this.#descriptor = openSync(this.#path, 'a', 0o600)
    this.#size = 0
  }
}
