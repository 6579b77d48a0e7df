import type { Clock } from '#common/clock/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { ComposedOperation } from '#common/operations/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { AuditLog } from '../audit-log/index.ts'
import type { Session } from '../auth/token/index.ts'
import type { ReceivedTarball } from './asked-operation.ts'
import { awaitEffect, checkEffect } from './await-effect.ts'
import type { ParkedUploads } from './parked-uploads.ts'
import { submitOperation } from './submit-operation.ts'

interface Dependencies {
  parked: ParkedUploads
  audit: AuditLog
  people: PeerClient
  appview: PeerClient
  orgUrl: string
  log: Logger
  clock: Clock
}

interface JobPublish {
  session: Session
  composed: ComposedOperation & { write: BuiltRecord }
  upload: ReceivedTarball
  /** Of the job, for these bytes. */
  idToken: string
}

const effectTimeoutMs = 5_000

/** The gateway's part of a publish that no person is there for: it carries the job's ID token to both PDSes, and waits for the index. */
export class JobPublishes {
  readonly #with: Dependencies

  constructor(dependencies: Dependencies) {
    this.#with = dependencies
  }

  /**
   * What is cut off on the way leaves an attestation of a version that is not there, which is worth nothing: the job's next attempt is
   * another operation, with an ID token of its own.
   * @throws what either PDS refuses it for; VersionHeld, IndexLagging, ComponentUnavailable
   */
  async publish({ session, composed, upload, idToken }: JobPublish): Promise<void> {
    const { parked, people, appview, audit, orgUrl, log, clock } = this.#with
    const { integrity } = upload.digests
    // The sweeper takes it away when this is over.
    using _held = parked.hold(integrity)
    await parked.park(upload)
    const { bytes, operation, op, write } = composed
    const input = { operation: bytes as Uint8Array<ArrayBuffer>, idToken }
    const { token } = await people.call(app.npm.operation.attestFromCi, { input })
    const { procedure } = operation
    const file = await parked.find(integrity)
    const what = { orgUrl, procedure, operation: bytes, credentials: { token, idToken }, upload: file }
    const submitted = await submitOperation({ ...what, log, clock })
    const row = { bytes: Buffer.from(bytes), record_uri: write.uri, record_cid: write.cid }
    const effect = await awaitEffect(row, appview, effectTimeoutMs)
    if (submitted === 'written' || effect.indexed) {
      const details = { cid: write.cid, op: Buffer.from(op).toString('hex'), token: session.tokenId }
      const actor = session.publisher ?? session.did
      await audit.append({ actor, action: 'operation.done', subject: write.uri, details })
    }
    const { name, version } = operation.input as { name: string; version: string }
    checkEffect(effect, { written: submitted === 'written', about: { package: name, version } })
  }
}
