import type { PdsContext } from '../embed/index.ts'
import type { Transact } from '../gate-writes/index.ts'
import type { DirectoryClient } from './directory-client.ts'
import type { PrivateIdentity } from './identity-operation.ts'
import type { SealedIdentity } from './sealed-keys.ts'

export type Did = Parameters<Transact>[0]
export type InitialCommit = Awaited<ReturnType<Parameters<Parameters<Transact>[1]>[0]['repo']['createRepo']>>

/** An account that is made here, once its identity is in a directory. */
export interface NewAccount {
  did: Did
  handle: string
  pds: PdsContext
  transact: Transact
  /** Set by createRepository, unless an earlier run got further. */
  commit?: InitialCommit
}

/** One account on its way into the network. */
export interface ProvisionContext extends NewAccount {
  sealed: SealedIdentity
  identity: Omit<PrivateIdentity, 'handle' | 'signingKey'>
  directory: DirectoryClient
}

/** Does its part, or finds that an earlier run did. */
export type ProvisionStep = (context: ProvisionContext) => Promise<void>
