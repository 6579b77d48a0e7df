import { spawn } from 'node:child_process'
import { join } from 'node:path'

export const atollProgram = join(import.meta.dirname, '../../appliance/bin/atoll.ts')

export interface CommandResult {
  exitCode: number | null
  stdout: string
  stderr: string
}

export interface CommandOptions {
  cwd: string
  env: NodeJS.ProcessEnv
  /** Called with everything it has said on stderr so far, whenever it says more. */
  onStderr?: (stderr: string) => void
  /** 90 s unless it takes longer. */
  timeoutMs?: number
}

/** Runs `atoll <args>` to its end. */
export function runAtoll(args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const { cwd, env, onStderr, timeoutMs = 90_000 } = options
  const child = spawn(process.execPath, [atollProgram, ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
    onStderr?.(stderr)
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }))
  })
}
