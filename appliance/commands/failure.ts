import { CommanderError } from 'commander'
import { SettingsError } from '#appliance/config/index.ts'
import { AtollError } from '#common/errors/index.ts'

/** The command was used wrongly: exit code 2. */
export class UsageError extends Error {}

/** The command did not do what was asked, and the message says why: exit code 1. */
export class CommandFailed extends Error {}

/** What to say, and the exit code: 0 ok, 1 failed, 2 wrong usage. */
export function describeFailure(error: unknown): { message: string | undefined; exitCode: number } {
  // commander has printed its own message; asking for help is no failure.
  if (error instanceof CommanderError) return { message: undefined, exitCode: error.exitCode === 0 ? 0 : 2 }
  if (error instanceof UsageError || error instanceof SettingsError) return { message: error.message, exitCode: 2 }
  if (error instanceof CommandFailed || error instanceof AtollError) return { message: withCause(error), exitCode: 1 }
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode: 1 }
}

function withCause(error: Error): string {
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}
