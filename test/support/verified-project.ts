import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CommandResult, runAtoll } from './atoll-command.ts'
import type { Machine } from './machine.ts'

/** A project on somebody's machine that depends on an internal and a public package. */
export class VerifiedProject {
  readonly folder: string
  readonly #token: string

  static async create(machine: Machine, name: string, token: string, dependencies: Record<string, string>) {
    const folder = join(machine.home, name)
    await mkdir(folder, { recursive: true })
    const manifest = { name: 'app', version: '1.0.0', private: true, dependencies }
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
    return new VerifiedProject(folder, token)
  }

  private constructor(folder: string, token: string) {
    this.folder = folder
    this.#token = token
  }

  /** `atoll verify <args>`, in the project. */
  verifies(...args: string[]): Promise<CommandResult> {
    return runAtoll(['verify', ...args], { cwd: this.folder, env: { ...process.env, ATOLL_TOKEN: this.#token } })
  }

  read(file: string): Promise<string> {
    return readFile(join(this.folder, file), 'utf8')
  }

  /** Changes a file as somebody would who means harm. */
  async rewrites(file: string, change: (text: string) => string): Promise<void> {
    await writeFile(join(this.folder, file), change(await this.read(file)))
  }
}
