import { ensureValidHandle } from '@atproto/syntax'
import type { Operation } from '@did-plc/lib'
import type { Kysely } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { HostTables } from '../database.ts'
import { SerialQueue } from '../gate-writes/index.ts'
import type { Did, ProvisionContext } from './context.ts'
import { buildPublicFace, type PublicFace } from './public-face.ts'
import type { SealedKeys } from './sealed-keys.ts'
import { provisionSteps } from './steps.ts'

export interface AccountRequest {
  /** Any case. */
  handle: string
  /** Opaque name of whom it is for: the same owner asking again gets the same account, anybody else HandleTaken. */
  owner: string
}

/** An account whose DID was computed before there was a PDS: the registry's own. */
export interface KnownAccountRequest extends AccountRequest {
  did: string
  /** The key of its genesis, 32 bytes hex. */
  privateKeyHex: string
}

export type ProvisionerOptions = Pick<ProvisionContext, 'identity' | 'directory' | 'pds' | 'transact'> & {
  db: Kysely<HostTables>
  sealedKeys: SealedKeys
  log: Logger
}

/** Makes accounts: intent first, then steps that can each be repeated. */
export class Provisioner {
  readonly #options: ProvisionerOptions
  readonly #queue = new SerialQueue()

  constructor(options: ProvisionerOptions) {
    this.#options = options
  }

  async provision(request: AccountRequest | KnownAccountRequest): Promise<{ did: string; handle: string }> {
    const handle = normalizeHandle(request.handle)
    return this.#queue.run(handle, async () => {
      const { did, completed } = await this.#recordIntent({ ...request, handle })
      if (!completed) await this.#run(did, handle)
      return { did, handle }
    })
  }

  /** See PdsHost.signPublicFace. @param hosts of the inside */
  async signPublicFace(
    did: string,
    face: PublicFace,
    hosts: readonly string[],
  ): Promise<[genesis: Operation, identity: Operation]> {
    const { db, sealedKeys, pds, identity } = this.#options
    const known = await db.selectFrom('provision').select('completed_at').where('did', '=', did).executeTakeFirst()
    if (!known?.completed_at) throw new AtollError('RepoNotFound', { did })
    const signingKey = (await pds.actorStore.keypair(did as Did)).did()
    const keys = [signingKey, ...identity.rotationKeys]
    return buildPublicFace(await sealedKeys.open(did), face, { hosts: [...hosts, identity.endpoint], keys })
  }

  async #recordIntent(request: AccountRequest | KnownAccountRequest): Promise<{ did: string; completed: boolean }> {
    const { db, sealedKeys } = this.#options
    const { handle, owner } = request
    const existing = await db.selectFrom('provision').selectAll().where('handle', '=', handle).executeTakeFirst()
    if (existing !== undefined) {
      if (existing.owner !== owner) throw new AtollError('HandleTaken', { handle })
      return { did: existing.did, completed: existing.completed_at !== null }
    }
    const known = 'did' in request ? request : undefined
    const { genesis } = await sealedKeys.seal(known?.privateKeyHex)
    if (known !== undefined && known.did !== genesis.did) throw new Error(`the given key is not that of ${known.did}`)
    await db.insertInto('provision').values({ handle, did: genesis.did, owner }).execute()
    return { did: genesis.did, completed: false }
  }

  async #run(did: string, handle: string): Promise<void> {
    const { db, sealedKeys, log, ...rest } = this.#options
    const context: ProvisionContext = { ...rest, did: did as Did, handle, sealed: await sealedKeys.open(did) }
    for (const step of provisionSteps) await step(context)
    await db.updateTable('provision').set({ completed_at: new Date() }).where('did', '=', did).execute()
    log.info({ did, handle }, 'account provisioned')
  }
}

function normalizeHandle(handle: string): string {
  const normalized = handle.toLowerCase()
  try {
    ensureValidHandle(normalized)
  } catch (cause) {
    throw new AtollError('InvalidRequest', { reason: `"${handle}" is not a handle` }, cause)
  }
  return normalized
}
