import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { OpenBox } from '#test/support/open-box.ts'
import type { ReplaceableName } from '#test/support/start-components.ts'

const program = join(import.meta.dirname, 'mortal-process.ts')

/** A component of an open box, in a process of its own that is killed again and again. */
export class Mortal implements AsyncDisposable {
  readonly #box: OpenBox
  readonly #name: ReplaceableName
  #child: ChildProcess | undefined

  private constructor(box: OpenBox, name: ReplaceableName) {
    this.#box = box
    this.#name = name
  }

  /** Takes the place of the one in this process. */
  static async replaces(box: OpenBox, name: ReplaceableName): Promise<Mortal> {
    await box.parts.stop(name)
    const mortal = new Mortal(box, name)
    await mortal.starts()
    return mortal
  }

  get isAlive(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** @param fatal such as `identified`, `before`: when it kills itself */
  async starts(...fatal: string[]): Promise<void> {
    const config = this.#box.parts.rawConfigs[this.#name] as { dataDir: string }
    const file = join(this.#box.parts.settings.dataDir, 'run', `${this.#name}.json`)
    await writeFile(file, JSON.stringify(config))
    const child = spawn(process.execPath, [program, this.#name, file, ...fatal], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#child = child
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined || !this.isAlive) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }
}
