import { spawn } from 'node:child_process'

export interface CommandOptions {
  cwd?: string
  env?: NodeJS.ProcessEnv
  timeoutMs?: number
  /** Called with everything it has said on stderr so far, whenever it says more. */
  onStderr?: ((stderr: string) => void) | undefined
}

/**
 * Runs a program to its end.
 * @returns what it printed on stdout
 * @throws Error with everything it printed, when it does not end with 0
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { cwd, env = process.env, timeoutMs = 600_000, onStderr } = options
  // Where Debian keeps what administers the machine; not on the PATH of everybody.
  const path = `${env['PATH']}:/usr/sbin:/sbin`
  const child = spawn(program, args, {
    cwd,
    env: { ...env, PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
  })
  let stdout = ''
  let stderr = ''
  let everything = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk
    everything += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk
    everything += chunk
    onStderr?.(stderr)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code === 0) return stdout
  throw new Error(`"${[program, ...args].join(' ')}" ended with ${code}:\n${everything.slice(-8_000)}`)
}

/** Whether it runs and ends with 0. */
export function works(program: string, args: readonly string[], options?: CommandOptions): Promise<boolean> {
  return runCommand(program, args, options).then(
    () => true,
    () => false,
  )
}
