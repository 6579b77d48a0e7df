import { setTimeout as delay } from 'node:timers/promises'
import type { AtUriString, DidString } from '@atproto/syntax'
import { putLabels, readOperation, writesVersion } from '#common/operations/index.ts'
import type { ToldVerdict } from '#common/policy/index.ts'
import { parseOperation } from '#common/records/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { OperationRow } from '../database/tables.ts'

/** What the AppView says about the record of an operation. */
export interface Effect {
  indexed: boolean
  /** Readers go by it: the version may be installed, the rule applies. */
  counts: boolean
  /** They never will. */
  blocked: boolean
  /** What stands against the version; of one that is held it is written, and falls due or is released later. */
  refused: ToldVerdict | undefined
}

type Submitted = Pick<OperationRow, 'op' | 'bytes' | 'record_uri' | 'record_cid'>

const pauseMs = 50
const spareMs = 5_000

/**
 * Waits until the AppView has indexed exactly this record and goes by it. The two halves come from two PDSes, so the
 * record may well be there a moment before the attestation that makes it count.
 * @param timeoutMs after which the answer is what is known then
 */
export async function awaitEffect(row: Submitted, appview: PeerClient, timeoutMs: number): Promise<Effect> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const left = Math.max(0, Math.round(deadline - performance.now()))
    const effect = await ask(row, appview, left)
    if ((effect.indexed && (effect.counts || effect.refused !== undefined)) || effect.blocked || left <= pauseMs)
      return effect
    await delay(pauseMs)
  }
}

async function ask(row: Submitted, appview: PeerClient, timeoutMs: number): Promise<Effect> {
  const operation = parseOperation(row.bytes)
  const { kind, input } = readOperation(operation)
  if (writesVersion(kind) && 'shasum' in input) {
    const { name, version } = input
    const params = { org: operation.org as DidString, name, version, cid: row.record_cid, timeoutMs }
    const answer = await appview.call(app.npm.registry.awaitVersion, { params, timeoutMs: timeoutMs + spareMs })
    const { indexed, installable, blocked = false, held = false } = answer
    const refused = blocked || held ? { ...answer, kind: blocked ? 'block' : 'hold' } : undefined
    return { indexed, counts: installable, blocked, refused }
  }
  if (kind.procedure === putLabels.procedure) {
    const params = { op: row.op.toString('hex'), timeoutMs }
    const answer = await appview.call(app.npm.registry.awaitLabels, { params, timeoutMs: timeoutMs + spareMs })
    return { indexed: answer.indexed, counts: answer.effective, blocked: false, refused: undefined }
  }
  const params = { uri: row.record_uri as AtUriString, cid: row.record_cid, timeoutMs }
  const answer = await appview.call(app.npm.registry.awaitRecord, { params, timeoutMs: timeoutMs + spareMs })
  return { indexed: answer.indexed, counts: answer.effective, blocked: false, refused: undefined }
}
