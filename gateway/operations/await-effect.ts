import { setTimeout as delay } from 'node:timers/promises'
import type { AtUriString, DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { readOperation, writesVersion } from '#common/operations/index.ts'
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
  reason: string | undefined
}

type Submitted = Pick<OperationRow, 'bytes' | 'record_uri' | 'record_cid'>

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
    if ((effect.indexed && effect.counts) || effect.blocked || left <= pauseMs) return effect
    await delay(pauseMs)
  }
}

/**
 * Whether it is done: readers go by it. What nobody knows the outcome of, the index settles.
 * @param of.written the org PDS says that it wrote the record
 * @throws VersionHeld; IndexLagging when both halves are there and the index is late, for npm repeats a 503; ComponentUnavailable
 */
export function checkEffect(
  { indexed, counts, blocked, reason }: Effect,
  of: { written: boolean; about: { package: string; version?: string } },
): void {
  if (indexed && counts) return
  if (indexed && blocked) throw new AtollError('VersionHeld', { ...of.about, reason })
  if (of.written) throw new AtollError('IndexLagging', of.about)
  throw new AtollError('ComponentUnavailable', { component: 'org PDS' })
}

async function ask(row: Submitted, appview: PeerClient, timeoutMs: number): Promise<Effect> {
  const operation = parseOperation(row.bytes)
  const { kind, input } = readOperation(operation)
  if (writesVersion(kind) && 'shasum' in input) {
    const { name, version } = input
    const params = { org: operation.org as DidString, name, version, cid: row.record_cid, timeoutMs }
    const answer = await appview.call(app.npm.registry.awaitVersion, { params, timeoutMs: timeoutMs + spareMs })
    const { indexed, installable, blocked = false, reason } = answer
    return { indexed, counts: installable, blocked, reason }
  }
  const params = { uri: row.record_uri as AtUriString, cid: row.record_cid, timeoutMs }
  const answer = await appview.call(app.npm.registry.awaitRecord, { params, timeoutMs: timeoutMs + spareMs })
  return { indexed: answer.indexed, counts: answer.effective, blocked: false, reason: undefined }
}
