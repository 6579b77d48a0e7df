import type { CommandResult } from '#test/support/atoll-command.ts'
import type { Developer } from '#test/support/developer.ts'
import type { SupervisedBox } from '#test/support/supervised-box.ts'

/** The box's own folder, or a machine elsewhere. */
type Where = Pick<SupervisedBox, 'env' | 'atoll'>

/** Somebody who types `atoll` commands, and approves in the browser what these ask for. */
export class Administrator {
  readonly #box: Where
  readonly #person: Developer

  readonly #timeoutMs: number

  /** @param timeoutMs of each command */
  constructor(box: Where, person: Developer, timeoutMs = 90_000) {
    this.#box = box
    this.#person = person
    this.#timeoutMs = timeoutMs
  }

  async runs(...args: string[]): Promise<CommandResult> {
    const approving: Promise<void>[] = []
    const opened = new Set<string>()
    const onStderr = (stderr: string) => {
      for (const [, url = ''] of stderr.matchAll(/Approve this in your browser:\s+(http\S+)\s/g)) {
        if (opened.has(url)) continue
        opened.add(url)
        approving.push(this.#person.person.approve(url))
      }
    }
    const env = { ...this.#box.env, ATOLL_TOKEN: this.#person.token }
    const result = await this.#box.atoll(args, { env, onStderr, timeoutMs: this.#timeoutMs })
    await Promise.all(approving)
    return result
  }

  /** With `--json`. @returns what it printed on stdout, which is JSON and nothing else */
  async reads<Output>(...args: string[]): Promise<Output> {
    const { exitCode, stdout, stderr } = await this.runs(...args, '--json')
    if (exitCode !== 0) throw new Error(`atoll ${args.join(' ')} ended with ${exitCode}:\n${stderr}`)
    return JSON.parse(stdout) as Output
  }
}
