import { isValidNsid, isValidRecordKey } from '@atproto/syntax'
import type { CommitEventOp } from '../frames/shapes.ts'
import { SyncViolation } from '../violation.ts'
import type { ReceivedCommit } from './context.ts'

/**
 * Each operation names a record once, and carries the CIDs its action needs: without `prev` it could not be undone.
 * @throws SyncViolation malformed-ops
 */
export function checkOps({ event }: ReceivedCommit): void {
  const paths = new Set<string>()
  for (const op of event.ops) {
    if (!isRecordPath(op.path)) throw new SyncViolation('malformed-ops', `${JSON.stringify(op.path)} is not a path`)
    if (paths.has(op.path)) throw new SyncViolation('malformed-ops', `${op.path} is there twice`)
    if (!hasItsCids(op)) throw new SyncViolation('malformed-ops', `${op.action} of ${op.path} has the wrong CIDs`)
    paths.add(op.path)
  }
}

function isRecordPath(path: string): boolean {
  const [collection = '', rkey = '', ...rest] = path.split('/')
  return rest.length === 0 && isValidNsid(collection) && isValidRecordKey(rkey)
}

function hasItsCids({ action, cid, prev }: CommitEventOp): boolean {
  const [writes, replaces] = [cid !== null, prev !== null && prev !== undefined]
  if (action === 'create') return writes && !replaces
  if (action === 'update') return writes && replaces
  return !writes && replaces
}
