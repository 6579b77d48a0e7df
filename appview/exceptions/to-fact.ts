import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { ExceptionFact } from '../verdict/facts/known-elsewhere.ts'
import type { EffectiveException } from './effective-exceptions.ts'

export function toFact({ org, rkey, cid, value }: EffectiveException): ExceptionFact {
  const { checks, until, reason, decidedBy: by } = value
  return { uri: recordUri(org, app.npm.policy.exception.$nsid, rkey), cid, checks, until, reason, by }
}
