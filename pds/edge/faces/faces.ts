import { ensureValidHandle } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { isPlcDid } from '#common/identity/index.ts'
import type { Logger } from '#common/log/index.ts'
import { type Did, SerialQueue } from '#pds/host/index.ts'
import type { FaceContext } from './context.ts'
import { keepOperations } from './keep-operations.ts'
import { parseOperations } from './parse-operations.ts'
import { signingKeyOf } from './signing-key-of.ts'
import { faceSteps } from './steps.ts'

export type FacesOptions = Pick<FaceContext, 'identity' | 'directory' | 'db' | 'pds' | 'transact'> & { log: Logger }

interface Face {
  did: string
  handle: string
}

/** The public faces of accounts: reserved first, so that the inside can sign what they are, then provisioned. */
export class Faces {
  readonly #options: FacesOptions
  readonly #queue = new SerialQueue()

  constructor(options: FacesOptions) {
    this.#options = options
  }

  /** @throws HandleTaken, InvalidRequest */
  async reserve(face: Face): Promise<{ signingKey: string; rotationKeys: string[]; endpoint: string }> {
    const { db, pds, identity } = this.#options
    const { did, handle } = normalize(face)
    await db
      .insertInto('provision')
      .values({ did, handle, owner: did })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await this.#requireReserved({ did, handle })
    const signingKey = await this.#queue.run(did, () => signingKeyOf(pds, did))
    return { signingKey, rotationKeys: [...identity.rotationKeys], endpoint: identity.endpoint }
  }

  /** @throws FaceNotReserved, HandleTaken, InvalidOperation, FaceDiffers, DirectoryUnavailable, DirectoryRefused */
  async provision(face: Face, sent: unknown): Promise<Face> {
    const { log, ...rest } = this.#options
    const { did, handle } = normalize(face)
    const operations = parseOperations(sent)
    await this.#queue.run(did, async () => {
      if (await this.#requireReserved({ did, handle })) return keepOperations({ ...rest, did, operations })
      const context: FaceContext = { ...rest, did, handle, operations }
      for (const step of faceSteps) await step(context)
      await rest.db.updateTable('provision').set({ completed_at: new Date() }).where('did', '=', did).execute()
      log.info({ did, handle }, 'public face provisioned')
    })
    return { did, handle }
  }

  /** @returns undefined when nothing is reserved for it */
  async find(did: string): Promise<{ handle: string; active: boolean } | undefined> {
    const row = await this.#options.db.selectFrom('provision').selectAll().where('did', '=', did).executeTakeFirst()
    return row && { handle: row.handle, active: row.completed_at !== null }
  }

  /** @returns whether it is provisioned, too */
  async #requireReserved({ did, handle }: Face): Promise<boolean> {
    const { db } = this.#options
    const row = await db.selectFrom('provision').selectAll().where('handle', '=', handle).executeTakeFirst()
    if (row !== undefined && row.did !== did) throw new AtollError('HandleTaken', { handle })
    if (row !== undefined) return row.completed_at !== null
    const other = await this.find(did)
    if (other !== undefined) throw new AtollError('InvalidRequest', { reason: `${did} is ${other.handle} here` })
    throw new AtollError('FaceNotReserved', { did, handle })
  }
}

/** @throws InvalidRequest */
function normalize(face: Face): { did: Did; handle: string } {
  const handle = face.handle.toLowerCase()
  try {
    ensureValidHandle(handle)
  } catch (cause) {
    throw new AtollError('InvalidRequest', { reason: `"${handle}" is not a handle` }, cause)
  }
  if (!isPlcDid(face.did)) throw new AtollError('InvalidRequest', { reason: `${face.did} is no did:plc` })
  return { did: face.did as Did, handle }
}
