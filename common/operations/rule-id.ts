import { createHash } from 'node:crypto'
import type { PutPermissionInput } from './put-permission.ts'

/** The id of a rule, from what it says: the same rule has the same id, so that saying it twice makes one. */
export function ruleId(rule: Pick<PutPermissionInput, 'effect' | 'subject' | 'action' | 'packages'>): string {
  const { effect, subject, action, packages } = rule
  return createHash('sha256')
    .update(JSON.stringify([effect, subject, action, packages]))
    .digest('hex')
    .slice(0, 13)
}
