import type { NpmResult } from './npm.ts'

/** A step did not do what it says: the tour ends here, and not with 0. */
export class TourFailure extends Error {}

export function expectSuccess(command: string, result: NpmResult): void {
  if (result.exitCode === 0) return
  throw new TourFailure(`"${command}" ended with ${result.exitCode}:\n${result.output}`)
}

/** @returns the line of npm's output that says why it was refused */
export function expectRefusal(command: string, result: NpmResult, reason: RegExp): string {
  if (result.exitCode === 0)
    throw new TourFailure(`"${command}" succeeded, but should have been refused:\n${result.output}`)
  const line = result.output.split('\n').find((text) => reason.test(text))
  if (line === undefined) throw new TourFailure(`"${command}" was refused, but not for ${reason}:\n${result.output}`)
  // npm's spinner may stand in front, and "npm error 403 403 Forbidden - PUT <url> - " says nothing new.
  return line.replace(/^.*npm error (\w+ )?(\d+ \w+ - \S+ \S+ - )?/, '').trim()
}

export function expectThat(holds: boolean, claim: string): asserts holds {
  if (!holds) throw new TourFailure(`This should hold and does not: ${claim}`)
}
