import { AtollError } from '#common/errors/index.ts'
import { refusalOf } from '#common/policy/index.ts'
import type { Effect } from './await-effect.ts'

/** It is written, and policy holds it: whoever published it is told. */
export type HeldBack = AtollError | undefined

interface Submission {
  /** Whoever executes it says that it is written. */
  written: boolean
  /** What is called when it does not answer. */
  executor: string
  /** What messages name: the package and version, or the record. */
  about: { package: string; version?: string }
  /** Public URL, for what people are told. */
  gatewayUrl: string
}

/**
 * It is done only when readers go by it; what nobody knows the outcome of, the index settles.
 * @returns why what is written may not be installed yet
 * @throws VersionBlocked; IndexLagging when both halves are there and the index is late; ComponentUnavailable
 */
export function checkEffect({ indexed, counts, blocked, refused }: Effect, submission: Submission): HeldBack {
  const { about, executor, gatewayUrl, written } = submission
  if (indexed && counts) return undefined
  if (indexed && refused !== undefined) {
    const { package: name, version = '' } = about
    const refusal = refusalOf({ name, version, verdict: refused, gatewayUrl })
    if (blocked) throw refusal
    return refusal
  }
  // Both halves are there, or the org PDS had not written: what the index still misses is on its way. npm repeats a 503.
  if (written) throw new AtollError('IndexLagging', about)
  throw new AtollError('ComponentUnavailable', { component: executor })
}
