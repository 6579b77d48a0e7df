import type { DatetimeString, DidString } from '@atproto/syntax'
import { app } from '#lexicons'
import type { EffectiveException } from '../exceptions/index.ts'
import { strongRef } from './strong-ref.ts'

type View = app.npm.registry.listExceptions.Exception

/** An exception as the lexicon describes it. */
export function viewException({ org, name, rkey, cid, value }: EffectiveException, now: number): View {
  const { versions, checks, until, reason, requestedBy, decidedBy, createdAt } = value
  return {
    record: strongRef(org, app.npm.policy.exception.$nsid, rkey, cid),
    id: rkey.slice(rkey.lastIndexOf(':') + 1),
    org: org as DidString,
    package: name,
    versions,
    checks,
    until: until as DatetimeString,
    reason,
    ...(requestedBy === undefined ? {} : { requestedBy: requestedBy as DidString }),
    decidedBy: decidedBy as DidString,
    createdAt: createdAt as DatetimeString,
    state: stateOf(value, now),
  }
}

export function stateOf({ withdrawn, until }: EffectiveException['value'], now: number): View['state'] {
  if (withdrawn) return 'withdrawn'
  return Date.parse(until) <= now ? 'over' : 'standing'
}
