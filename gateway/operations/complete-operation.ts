import { AtollError } from '#common/errors/index.ts'
import { parseOperation } from '#common/records/index.ts'
import type { OperationRow } from '../database/tables.ts'
import type { ReceivedTarball } from './asked-operation.ts'
import { awaitEffect } from './await-effect.ts'
import { type CeremonyParts, release } from './ceremony-parts.ts'
import { checkEffect, type HeldBack } from './check-effect.ts'
import { aboutOf, executorNames, executorOf, parkedBy, subjectOf } from './describe-operation.ts'
import { redeemCode } from './redeem-code.ts'
import { type Credentials, submitOperation } from './submit-operation.ts'

// The answer to `npm publish` waits for the index, so that an install right after it finds the version (DESIGN §2, step 6).
const effectTimeoutMs = 5_000

export interface BroughtCode {
  code: string
  codeHash: Buffer
  /** What came with it: the same bytes as were parked. */
  uploads: readonly ReceivedTarball[]
}

/**
 * Has an approved operation executed, and waits until readers go by it. Doing it again with the same code asks what
 * became of it, and does nothing twice.
 * @returns why what is written may not be installed yet
 * @throws InvalidCode; what the org PDS refused it for; VersionBlocked, IndexLagging, ComponentUnavailable
 */
export async function completeOperation(
  parts: CeremonyParts,
  row: OperationRow,
  { code, codeHash, uploads }: BroughtCode,
): Promise<HeldBack> {
  const { store, parked } = parts
  if (row.code_hash?.equals(codeHash) !== true) {
    for (const upload of uploads) await parked.park(upload)
    const credentials = await redeemCode(parts, row, code)
    // Before it is sent: if we die now, the next attempt with this code knows that the outcome has to be asked for.
    await store.setSubmitted(row.op, codeHash)
    row.state = (await submit(parts, row, credentials)) === 'written' ? 'written' : 'submitted'
    if (row.state === 'written') await noteWritten(parts, row)
  }
  return settle(parts, row)
}

async function submit(
  parts: CeremonyParts,
  row: OperationRow,
  credentials: Credentials,
): Promise<'written' | 'unknown'> {
  const { parked, store, urls, log, clock } = parts
  const { procedure } = parseOperation(row.bytes)
  const executor = executorOf(procedure)
  const found = await Promise.all(parkedBy(row).map((integrity) => parked.find(integrity)))
  const uploads = found.filter((path) => path !== undefined)
  try {
    return await submitOperation({
      executor: { url: urls[executor], called: executorNames[executor] },
      procedure,
      operation: row.bytes,
      credentials,
      uploads,
      log,
      clock,
    })
  } catch (error) {
    if (!(error instanceof AtollError) || error.status >= 500) throw error
    await store.remove(row.op)
    for (const integrity of parkedBy(row)) await release(parts, integrity)
    // To npm, a 401 would mean that its own token is bad.
    throw error.status === 401 ? new AtollError('StepUpRejected', { reason: error.message }, error) : error
  }
}

/** Says it is done only when readers go by it; what nobody knows the outcome of, the index settles. */
async function settle(parts: CeremonyParts, row: OperationRow): Promise<HeldBack> {
  const { appview, gatewayUrl } = parts
  const effect = await awaitEffect(row, appview, effectTimeoutMs)
  if (effect.indexed && row.state !== 'written') await noteWritten(parts, row)
  const executor = executorNames[executorOf(parseOperation(row.bytes).procedure)]
  return checkEffect(effect, { written: row.state === 'written', executor, about: aboutOf(row), gatewayUrl })
}

async function noteWritten(parts: CeremonyParts, row: OperationRow): Promise<void> {
  const { store, audit } = parts
  await store.setWritten(row.op)
  row.state = 'written'
  for (const integrity of parkedBy(row)) await release(parts, integrity)
  const details = { ...(row.record_cid === '' ? {} : { cid: row.record_cid }), op: row.op.toString('hex') }
  await audit.append({ actor: row.did, action: 'operation.done', subject: subjectOf(row), details })
}
