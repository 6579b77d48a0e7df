import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDemoPerson, type DemoPerson } from '#appliance/demo/person.ts'
import { type CommandOutcome, Machine } from '#test/support/machine.ts'
import type { SupervisedBox } from '#test/support/supervised-box.ts'

export interface ReaderOptions {
  box: SupervisedBox
  /** Of the demo. */
  username: string
  /** What the page calls something, and what it is here; the longest goes first. */
  here: Record<string, string>
  /** What the page says that people set themselves. */
  variables?: Record<string, string>
  /** Folder with the `atoll` of docs/install.md. */
  programs: string
}

/** Somebody who types what a page says, in one shell from its top to its end, and approves in the browser what is asked. */
export class Reader {
  readonly folder: string
  readonly #machine: Machine
  readonly #person: DemoPerson
  readonly #here: readonly (readonly [string, string])[]

  static async create({ box, username, here, variables = {}, programs }: ReaderOptions): Promise<Reader> {
    const folder = await mkdtemp(join(tmpdir(), 'atoll-reader-'))
    const machine = await Machine.create({ registry: box.gateway, token: '', programs })
    const own = { ATOLL_DATA: box.dataDir, ATOLL_CONFIG: join(box.folder, 'atoll.yaml'), ATOLL_PORTS: 'free' }
    const lines = Object.entries({ ...own, ...variables }).map(([name, value]) => `export ${name}='${value}'`)
    await writeFile(join(folder, '.shell'), [...lines, `cd '${folder}'`, ''].join('\n'))
    const person = createDemoPerson(username)
    const sorted = Object.entries(here).sort(([a], [b]) => b.length - a.length)
    const reader = new Reader(folder, machine, person, sorted)
    await reader.types(`npm login --registry ${box.gateway}`)
    return reader
  }

  private constructor(
    folder: string,
    machine: Machine,
    person: DemoPerson,
    here: readonly (readonly [string, string])[],
  ) {
    this.folder = folder
    this.#machine = machine
    this.#person = person
    this.#here = here
  }

  /** @param text of the page @returns it as it would be written for this box */
  translates(text: string): string {
    return this.#here.reduce((translated, [there, here]) => translated.replaceAll(there, here), text)
  }

  /**
   * Types a block; variables and the folder stay for the next one.
   * @throws Error when it ends with anything but 0
   */
  async types(block: string): Promise<string> {
    const state = join(this.folder, '.shell')
    const script = join(this.folder, '.block')
    const keep = `trap '{ export -p; printf "cd %q\\n" "$PWD"; } > "${state}"' EXIT`
    await writeFile(script, `set -eua\n. '${state}'\n${keep}\n${this.translates(block)}`)
    const outcome = await this.#runs(`bash '${script}'`)
    if (outcome.exitCode !== 0) throw new Error(`This ends with ${outcome.exitCode}:\n${block}\n${outcome.output}`)
    return outcome.output
  }

  #runs(line: string): Promise<CommandOutcome> {
    return this.#machine.runInTerminal(this.folder, line, (url) => this.#person.approve(url))
  }
}

/** A folder of programs of which `atoll` is yet to be written. */
export async function programsFolder(folder: string): Promise<string> {
  const programs = join(folder, 'bin')
  await mkdir(programs, { recursive: true })
  return programs
}
