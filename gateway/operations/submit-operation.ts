import { openAsBlob } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '#common/clock/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Logger } from '#common/log/index.ts'
import { sendXrpc } from '#common/xrpc/index.ts'

/** What the people PDS gives for a code. */
export interface Credentials {
  /** JWT signed by the person's DID, bound to the operation, for whoever executes it. */
  token: string
  /** The identity provider's, as it came; of a job none, where its provenance speaks for it. */
  idToken?: string | undefined
  /** Canonical bytes of the batch it was approved in, if any. */
  batch?: Uint8Array | undefined
  /** What a passkey of the person signed, if that is their second factor; as it came. */
  passkey?: string | undefined
}

interface Submission {
  executor: { url: string; called: string }
  procedure: string
  /** Canonical bytes. */
  operation: Uint8Array
  credentials: Credentials
  /** Files that the operation comes with, one after the other: a tarball, and a bundle. */
  uploads: readonly string[]
  log: Logger
  clock: Clock
}

/** It is done; or nobody knows, and what came of it has to be asked. */
export type Submitted = 'written' | 'unknown'

// The JWT lives for 60 s at most (DESIGN §2, step 5); what would arrive later is refused anyway.
const retryForMs = 45_000
const attemptTimeoutMs = 60_000
const firstDelayMs = 100
const longestDelayMs = 2_000

/**
 * Hands an approved operation to whoever executes it, again and again while that cannot be reached and the person's JWT lives.
 * @throws AtollError (4xx) when that refuses it: then nothing was written
 */
export async function submitOperation(submission: Submission): Promise<Submitted> {
  const { clock, log, executor } = submission
  const giveUpAt = clock.now() + retryForMs
  let delayMs = firstDelayMs
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await send(submission)
      await response.body?.cancel()
      return 'written'
    } catch (error) {
      if (!(error instanceof AtollError)) throw error
      // An attempt whose answer we did not get may have arrived: each JWT counts once.
      if (attempt > 1 && (error.code === 'ReplayedToken' || error.code === 'StaleToken')) return 'unknown'
      if (error.status < 500) throw error
      log.warn({ err: error, attempt, executor: executor.called }, 'an operation was not taken')
      if (clock.now() + delayMs >= giveUpAt) return 'unknown'
    }
    await delay(delayMs)
    delayMs = Math.min(2 * delayMs, longestDelayMs)
  }
}

async function send({ executor, procedure, operation, credentials, uploads }: Submission): Promise<Response> {
  const init: RequestInit = {
    method: 'POST',
    headers: {
      authorization: `Bearer ${credentials.token}`,
      'atoll-operation': Buffer.from(operation).toString('base64url'),
      ...furtherHeaders(credentials),
      'content-type': 'application/octet-stream',
    },
    // A blob over the files: sent from the disk with its length, as often as it takes.
    body: uploads.length === 0 ? '' : new Blob(await Promise.all(uploads.map((path) => openAsBlob(path)))),
  }
  return sendXrpc(executor.called, `${executor.url}/xrpc/${procedure}`, init, { timeoutMs: attemptTimeoutMs })
}

function furtherHeaders({ idToken, batch, passkey }: Credentials): Record<string, string> {
  return {
    ...(idToken === undefined ? {} : { 'atoll-id-token': idToken }),
    ...(batch === undefined ? {} : { 'atoll-batch': Buffer.from(batch).toString('base64url') }),
    ...(passkey === undefined ? {} : { 'atoll-passkey': passkey }),
  }
}
