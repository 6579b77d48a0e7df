import type { Clock } from '#common/clock/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { ComposedOperation } from '#common/operations/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { AuditLog } from '../audit-log/index.ts'
import type { Session } from '../auth/token/index.ts'
import type { ReceivedTarball } from './asked-operation.ts'
import { awaitEffect } from './await-effect.ts'
import { checkEffect, type HeldBack } from './check-effect.ts'
import type { ParkedUploads } from './parked-uploads.ts'
import { type Credentials, type Submitted, submitOperation } from './submit-operation.ts'

interface Dependencies {
  parked: ParkedUploads
  audit: AuditLog
  people: PeerClient
  appview: PeerClient
  /** Of those who execute operations. */
  urls: { org: string }
  /** Public URL, for what people are told. */
  gatewayUrl: string
  log: Logger
  clock: Clock
}

interface JobPublish {
  session: Session
  composed: ComposedOperation & { write: BuiltRecord }
  /** The tarball, and what says where it was built. */
  uploads: readonly ReceivedTarball[]
  /** Of the job, for these bytes; without one its provenance has to speak for it. */
  idToken: string | undefined
}

const effectTimeoutMs = 5_000
const executor = 'org PDS'

/** The gateway's part of a publish that no person is there for: it carries the job's ID token to both PDSes, and waits for the index. */
export class JobPublishes {
  readonly #with: Dependencies

  constructor(dependencies: Dependencies) {
    this.#with = dependencies
  }

  /**
   * What is cut off on the way leaves an attestation of a version that is not there, which is worth nothing: the job's next attempt is
   * another operation, with an ID token of its own.
   * @returns why what is written may not be installed yet
   * @throws what either PDS refuses it for; VersionBlocked, IndexLagging, ComponentUnavailable
   */
  async publish({ session, composed, uploads, idToken }: JobPublish): Promise<HeldBack> {
    const { parked, people, appview, gatewayUrl } = this.#with
    // The sweeper takes it away when this is over.
    using held = new DisposableStack()
    for (const { digests } of uploads) held.use(parked.hold(digests.integrity))
    for (const upload of uploads) await parked.park(upload)
    const { bytes, operation, op, write } = composed
    const input = { operation: bytes as Uint8Array<ArrayBuffer>, ...(idToken === undefined ? {} : { idToken }) }
    const { token } = await people.call(app.npm.operation.attestFromCi, { input })
    const written = (await this.#submit({ composed, uploads }, { token, idToken })) === 'written'
    const row = { op: Buffer.from(op), bytes: Buffer.from(bytes), record_uri: write.uri, record_cid: write.cid }
    const effect = await awaitEffect(row, appview, effectTimeoutMs)
    if (written || effect.indexed) await this.#noteWritten(session, composed)
    const { name, version } = operation.input as { name: string; version: string }
    return checkEffect(effect, { written, executor, about: { package: name, version }, gatewayUrl })
  }

  async #submit(
    { composed, uploads }: Pick<JobPublish, 'composed' | 'uploads'>,
    credentials: Credentials,
  ): Promise<Submitted> {
    const { parked, urls, log, clock } = this.#with
    const parts = await Promise.all(uploads.map(({ digests }) => parked.find(digests.integrity)))
    return submitOperation({
      executor: { url: urls.org, called: executor },
      procedure: composed.operation.procedure,
      operation: composed.bytes,
      credentials,
      uploads: parts.filter((path) => path !== undefined),
      log,
      clock,
    })
  }

  async #noteWritten(session: Session, { op, write }: JobPublish['composed']): Promise<void> {
    const details = { cid: write.cid, op: Buffer.from(op).toString('hex'), token: session.tokenId }
    const actor = session.publisher ?? session.did
    await this.#with.audit.append({ actor, action: 'operation.done', subject: write.uri, details })
  }
}
