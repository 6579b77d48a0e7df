import { AtollError } from '#common/errors/index.ts'
import { forEachBounded } from '#common/slots/index.ts'
import type { Locked } from './lockfiles/locked.ts'
import { Failed, type Outcome, Unshown } from './outcome.ts'
import { type VerifyContext, type VerifySetting, verifySteps } from './steps/index.ts'

const atOnce = 8

/**
 * Verifies every package of a lockfile. One that fails keeps none of the others from being verified.
 * @param done called after each
 * @returns in the order of the lockfile
 * @throws AtollError when the registry lets us ask nothing at all: no token, or one that is limited
 */
export async function verifyPackages(
  packages: readonly Locked[],
  setting: VerifySetting,
  done: (locked: Locked) => void,
): Promise<Outcome[]> {
  const outcomes = new Map<Locked, Outcome>()
  await forEachBounded(packages, atOnce, async (locked) => {
    outcomes.set(locked, await verifyOne(locked, setting))
    done(locked)
  })
  return packages.flatMap((locked) => outcomes.get(locked) ?? [])
}

async function verifyOne(locked: Locked, setting: VerifySetting): Promise<Outcome> {
  const context: VerifyContext = { ...setting, locked, warnings: [] }
  try {
    for (const step of verifySteps) await step(context)
    return { locked, ...conclude(context), findings: context.warnings }
  } catch (error) {
    const findings = [findingOf(error), ...context.warnings]
    return { locked, state: 'failed', findings, ...(error instanceof Unshown && { believable: error.believable }) }
  }
}

function conclude({ org, account, believed }: VerifyContext): Pick<Outcome, 'state' | 'network'> {
  if (account !== undefined) return { state: 'proven', network: 'public' }
  if (org === undefined) return { state: 'allowed' }
  return { state: believed === true ? 'believed' : 'proven', network: 'private' }
}

function findingOf(error: unknown): Outcome['findings'][number] {
  if (error instanceof Failed) return { rule: error.rule, reason: error.message }
  if (!(error instanceof AtollError) || error.status === 401) throw error
  if (error.code === 'NotFound') return { rule: 'missing', reason: error.message }
  return { rule: 'unanswered', reason: error.message }
}
