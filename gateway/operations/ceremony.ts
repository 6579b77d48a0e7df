import type { DidString } from '@atproto/syntax'
import type { Clock } from '#common/clock/index.ts'
import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Logger } from '#common/log/index.ts'
import { kindOf, readOperation } from '#common/operations/index.ts'
import { parseOperation } from '#common/records/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { AuditLog } from '../audit-log/index.ts'
import { checkOperation } from '../auth/access/index.ts'
import type { Session } from '../auth/token/index.ts'
import type { OperationRow } from '../database/tables.ts'
import type { AskedOperation, OpenedApproval, ReceivedTarball } from './asked-operation.ts'
import { awaitEffect } from './await-effect.ts'
import { checkEffect, type HeldBack } from './check-effect.ts'
import type { OperationStore } from './operation-store.ts'
import type { ParkedUploads } from './parked-uploads.ts'
import { type Credentials, submitOperation } from './submit-operation.ts'

interface CeremonyDependencies {
  store: OperationStore
  parked: ParkedUploads
  audit: AuditLog
  people: PeerClient
  appview: PeerClient
  /** Public URL, for what people are told. */
  gatewayUrl: string
  /** Of those who execute operations. */
  urls: { org: string; appview: string }
  log: Logger
  clock: Clock
}

// The answer to `npm publish` waits for the index, so that an install right after it finds the version (DESIGN §2, step 6).
const effectTimeoutMs = 5_000
const maxWrongCodes = 5

/** The gateway's part of every operation: it opens the approval and, with the code, has the operation executed (DESIGN §2). */
export class Ceremony {
  readonly #with: CeremonyDependencies
  /** Clients try again while the first attempt is still running: both get its outcome. */
  readonly #running = new Map<string, Promise<HeldBack>>()

  constructor(dependencies: CeremonyDependencies) {
    this.#with = dependencies
  }

  /** How much waits for approvals. */
  waiting(): ReturnType<OperationStore['waiting']> {
    return this.#with.store.waiting()
  }

  /**
   * Writes the operation down, parks its tarball and asks the people PDS for an approval page. Fails without a trace.
   * @throws TokenReadOnly, TokenStageOnly, TokenTooNarrow, TooManyRequests, ComponentUnavailable, InvalidOperation
   */
  async open(asked: AskedOperation): Promise<OpenedApproval> {
    const { kind, input } = readOperation(asked.composed.operation)
    checkOperation(asked.session, { procedure: kind.procedure, about: kind.packageOf(input) })
    try {
      return await this.#open(asked)
    } catch (error) {
      await this.#with.store.remove(asked.composed.op)
      for (const { digests } of uploadsOf(asked)) await this.#release(digests.integrity)
      throw error
    }
  }

  /** The operation this token asked for in these words, if it still waits or has just been done. */
  find(session: Session, request: Buffer): Promise<OperationRow | undefined> {
    return this.#with.store.find(session, request)
  }

  /**
   * Has an approved operation executed, and waits until readers go by it. Doing it again with the same code asks what
   * became of it, and does nothing twice.
   * @param uploads the operation's tarball, and what came with it, as they came with the code: the same bytes as were parked
   * @returns why what is written may not be installed yet
   * @throws InvalidCode; what the org PDS refused it for; VersionBlocked, IndexLagging, ComponentUnavailable
   */
  complete(row: OperationRow, code: string, uploads: readonly ReceivedTarball[] = []): Promise<HeldBack> {
    const codeHash = sha256(code)
    const key = `${row.op.toString('hex')} ${codeHash.toString('hex')}`
    const running = this.#running.get(key)
    if (running !== undefined) return running
    const completing = this.#complete(row, { code, codeHash, uploads }).finally(() => this.#running.delete(key))
    this.#running.set(key, completing)
    return completing
  }

  /**
   * Exchanges a code for the person's word, for whoever executes the operation.
   * @throws InvalidCode, ComponentUnavailable
   */
  async redeem(row: OperationRow, code: string): Promise<Credentials> {
    const { store, people } = this.#with
    if (row.wrong_codes >= maxWrongCodes || code.length > 64) throw new AtollError('InvalidCode')
    const did = row.did as DidString
    const input = { code, did, client: row.token_id, op: new Uint8Array(row.op) }
    try {
      return await people.call(app.npm.operation.redeemApproval, { input })
    } catch (error) {
      if (error instanceof AtollError && error.code === 'InvalidCode') await store.countWrongCode(row.op)
      throw error
    }
  }

  /** The operation is done, and is not to be found any more. */
  forget(row: Pick<OperationRow, 'op'>): Promise<void> {
    return this.#with.store.remove(row.op)
  }

  /** Whoever has left has nothing waiting: operations and parked uploads go. */
  async abandonAllOf(did: string): Promise<void> {
    await this.#with.store.removeAllOf(did)
    await this.sweep()
  }

  async sweep(): Promise<void> {
    const { store, parked } = this.#with
    await store.sweep()
    await parked.sweep((integrity) => store.needsUpload(integrity))
  }

  async #open(asked: AskedOperation): Promise<OpenedApproval> {
    const { store, parked, audit } = this.#with
    const { session } = asked
    using held = new DisposableStack()
    for (const { digests } of uploadsOf(asked)) held.use(parked.hold(digests.integrity))
    const replaced = await store.add(rowOf(asked))
    for (const upload of uploadsOf(asked)) await parked.park(upload)
    const approval = await this.#askPeople(asked, replaced)
    await audit.append({ actor: session.did, action: 'operation.opened', subject: summary(asked), details: ids(asked) })
    return approval
  }

  async #complete(
    row: OperationRow,
    { code, codeHash, uploads }: { code: string; codeHash: Buffer; uploads: readonly ReceivedTarball[] },
  ): Promise<HeldBack> {
    const { store, parked } = this.#with
    if (row.code_hash?.equals(codeHash) !== true) {
      for (const upload of uploads) await parked.park(upload)
      const credentials = await this.redeem(row, code)
      // Before it is sent: if we die now, the next attempt with this code knows that the outcome has to be asked for.
      await store.setSubmitted(row.op, codeHash)
      row.state = (await this.#submit(row, credentials)) === 'written' ? 'written' : 'submitted'
      if (row.state === 'written') await this.#noteWritten(row)
    }
    return this.#settle(row)
  }

  async #askPeople(
    { session, requester, composed }: AskedOperation,
    replaced: Buffer | undefined,
  ): Promise<OpenedApproval> {
    const input = {
      operation: composed.bytes as Uint8Array<ArrayBuffer>,
      did: session.did as DidString,
      client: session.tokenId,
      requester,
      ...(replaced === undefined ? {} : { replaces: new Uint8Array(replaced) }),
    }
    const { authUrl, doneUrl } = await this.#with.people.call(app.npm.operation.openApproval, { input })
    return { authUrl, doneUrl }
  }

  async #submit(row: OperationRow, credentials: Credentials): Promise<'written' | 'unknown'> {
    const { parked, store, urls, log, clock } = this.#with
    const { procedure } = parseOperation(row.bytes)
    const executor = executorOf(procedure)
    const parts = await Promise.all(parkedBy(row).map((integrity) => parked.find(integrity)))
    const uploads = parts.filter((path) => path !== undefined)
    try {
      return await submitOperation({
        executor: { url: urls[executor], called: names[executor] },
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
      for (const integrity of parkedBy(row)) await this.#release(integrity)
      // To npm, a 401 would mean that its own token is bad.
      throw error.status === 401 ? new AtollError('StepUpRejected', { reason: error.message }, error) : error
    }
  }

  /** Says it is done only when readers go by it; what nobody knows the outcome of, the index settles. */
  async #settle(row: OperationRow): Promise<HeldBack> {
    const { appview, gatewayUrl } = this.#with
    const effect = await awaitEffect(row, appview, effectTimeoutMs)
    if (effect.indexed && row.state !== 'written') await this.#noteWritten(row)
    const executor = names[executorOf(parseOperation(row.bytes).procedure)]
    return checkEffect(effect, { written: row.state === 'written', executor, about: aboutOf(row), gatewayUrl })
  }

  async #noteWritten(row: OperationRow): Promise<void> {
    const { store, audit } = this.#with
    await store.setWritten(row.op)
    row.state = 'written'
    for (const integrity of parkedBy(row)) await this.#release(integrity)
    const details = { ...(row.record_cid === '' ? {} : { cid: row.record_cid }), op: row.op.toString('hex') }
    await audit.append({ actor: row.did, action: 'operation.done', subject: subjectOf(row), details })
  }

  #release(integrity: string): Promise<void> {
    const { parked, store } = this.#with
    return parked.release(integrity, (needed) => store.needsUpload(needed))
  }
}

/** The tarball, then what says where it was built: the order in which the org PDS reads them. */
function uploadsOf({ upload, bundle }: Pick<AskedOperation, 'upload' | 'bundle'>): ReceivedTarball[] {
  return [upload, bundle].filter((part) => part !== undefined)
}

function parkedBy({ integrity, bundle_integrity }: OperationRow): string[] {
  return [integrity, bundle_integrity].filter((part) => part !== null)
}

function rowOf(asked: AskedOperation) {
  const { session, request, composed, upload, bundle, parked } = asked
  return {
    op: Buffer.from(composed.op),
    token_id: session.tokenId,
    did: session.did,
    request,
    bytes: Buffer.from(composed.bytes),
    record_uri: composed.write?.uri ?? '',
    record_cid: composed.write?.cid ?? '',
    integrity: upload?.digests.integrity ?? parked?.integrity ?? null,
    bundle_integrity: bundle?.digests.integrity ?? parked?.bundle_integrity ?? null,
    size: uploadsOf(asked).reduce((bytes, { digests }) => bytes + digests.size, 0),
    expires_at: new Date(composed.operation.expiry * 1000),
  }
}

function summary({ composed }: AskedOperation): string {
  const { kind, input } = readOperation(composed.operation)
  return kind.summary(input)
}

function ids({ session, requester, composed }: AskedOperation) {
  return { token: session.tokenId, address: requester.address, op: Buffer.from(composed.op).toString('hex') }
}

/** What writes no record is known by its sentence. */
function subjectOf(row: OperationRow): string {
  if (row.record_uri !== '') return row.record_uri
  const { kind, input } = readOperation(parseOperation(row.bytes))
  return kind.summary(input)
}

function executorOf(procedure: string): 'org' | 'appview' {
  return kindOf(procedure).executor === 'appview' ? 'appview' : 'org'
}

const names = { org: 'org PDS', appview: 'AppView' } as const

/** What a message names: the package and version, or the record. */
function aboutOf(row: OperationRow): { package: string; version?: string } {
  const { input } = parseOperation(row.bytes)
  const { name, version } = input
  if (typeof name === 'string' && typeof version === 'string') return { package: name, version }
  return { package: subjectOf(row) }
}
