import { CommanderError } from 'commander'
import { Failure, UsageError } from '#appliance/failures.ts'
import { AtollError } from '#common/errors/index.ts'

/** What to say, and the exit code: 0 ok, 1 failed, 2 wrong usage. */
export function describeFailure(error: unknown): { message: string | undefined; exitCode: number } {
  // commander has printed its own message; asking for help is no failure.
  if (error instanceof CommanderError) return { message: undefined, exitCode: error.exitCode === 0 ? 0 : 2 }
  if (error instanceof UsageError) return { message: withCause(error), exitCode: 2 }
  if (error instanceof Failure || error instanceof AtollError) return { message: withCause(error), exitCode: 1 }
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode: 1 }
}

function withCause(error: Error): string {
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}
