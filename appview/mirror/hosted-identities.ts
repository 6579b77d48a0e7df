import { AtollError } from '#common/errors/index.ts'
import type { PublicAccount } from '#common/identity/index.ts'
import type { Db } from '../schema/index.ts'
import type { PublicDirectory } from './context.ts'
import { type Parties, partyAt } from './parties.ts'
import { findMirrored } from './repos.ts'

/**
 * Accounts of certain hosts, and no others. Which party an account is was settled when it was first read: else whoever holds the keys of one
 * host could write there what an attestation needs, and have the account's log name the other host afterwards.
 */
export class HostedIdentities implements PublicDirectory {
  readonly #directory: PublicDirectory
  readonly #db: Db
  readonly #parties: Parties

  constructor(directory: PublicDirectory, db: Db, parties: Parties) {
    this.#directory = directory
    this.#db = db
    this.#parties = parties
  }

  /** @throws IdentityInvalid for an account that is elsewhere now, or was the other party before; and as the directory */
  async resolve(did: string, options?: { fresh?: boolean }): Promise<PublicAccount | undefined> {
    const account = await this.#directory.resolve(did, options)
    if (account === undefined) return undefined
    const party = partyAt(this.#parties, account.pds)
    if (party === undefined) throw new AtollError('IdentityInvalid', { did, reason: 'it is hosted elsewhere' })
    const before = partyAt(this.#parties, (await findMirrored(this.#db, did))?.pds)
    if (before === undefined || before === party) return account
    throw new AtollError('IdentityInvalid', { did, reason: 'it was hosted by the other party before' })
  }

  forget(did: string): void {
    this.#directory.forget(did)
  }
}
