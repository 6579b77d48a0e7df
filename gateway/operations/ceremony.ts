import { sha256 } from '#common/crypto/index.ts'
import type { Session } from '../auth/token/index.ts'
import type { OperationRow } from '../database/tables.ts'
import type { AskedOperation, OpenedApproval, ReceivedTarball } from './asked-operation.ts'
import type { CeremonyParts } from './ceremony-parts.ts'
import type { HeldBack } from './check-effect.ts'
import { completeOperation } from './complete-operation.ts'
import { openOperation } from './open-operation.ts'
import type { OperationStore } from './operation-store.ts'
import { redeemCode } from './redeem-code.ts'
import type { Credentials } from './submit-operation.ts'

/** The gateway's part of every operation: it opens the approval and, with the code, has the operation executed (DESIGN §2). */
export class Ceremony {
  readonly #with: CeremonyParts
  /** Clients try again while the first attempt is still running: both get its outcome. */
  readonly #running = new Map<string, Promise<HeldBack>>()

  constructor(parts: CeremonyParts) {
    this.#with = parts
  }

  /** How much waits for approvals. */
  waiting(): ReturnType<OperationStore['waiting']> {
    return this.#with.store.waiting()
  }

  /** @throws what `openOperation` does */
  open(asked: AskedOperation): Promise<OpenedApproval> {
    return openOperation(this.#with, asked)
  }

  /** The operation this token asked for in these words, if it still waits or has just been done. */
  find(session: Session, request: Buffer): Promise<OperationRow | undefined> {
    return this.#with.store.find(session, request)
  }

  /**
   * Has an approved operation executed (`completeOperation`), once at a time.
   * @param uploads the operation's tarball, and what came with it, as they came with the code: the same bytes as were parked
   * @returns why what is written may not be installed yet
   * @throws what `completeOperation` does
   */
  complete(row: OperationRow, code: string, uploads: readonly ReceivedTarball[] = []): Promise<HeldBack> {
    const codeHash = sha256(code)
    const key = `${row.op.toString('hex')} ${codeHash.toString('hex')}`
    const running = this.#running.get(key)
    if (running !== undefined) return running
    const completing = completeOperation(this.#with, row, { code, codeHash, uploads }).finally(() =>
      this.#running.delete(key),
    )
    this.#running.set(key, completing)
    return completing
  }

  /** @throws what `redeemCode` does */
  redeem(row: OperationRow, code: string): Promise<Credentials> {
    return redeemCode(this.#with, row, code)
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
}
