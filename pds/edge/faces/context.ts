import type { Operation } from '@did-plc/lib'
import type { Kysely } from '#common/db/index.ts'
import type { NewAccount } from '#pds/host/index.ts'
import type { EdgeTables } from '../database.ts'
import type { PublicDirectory } from './public-directory.ts'

/** What every public identity names. */
export interface FaceIdentity {
  /** did:keys: the offline recovery key, then this PDS's. */
  rotationKeys: [recovery: string, edge: string]
  /** The PDS. */
  endpoint: string
}

/** An account on its way into the public network. */
export interface FaceContext extends NewAccount {
  /** As they were sent, until they are checked. */
  operations: Operation[]
  identity: FaceIdentity
  directory: PublicDirectory
  db: Kysely<EdgeTables>
}

/** Does its part, or finds that an earlier run did. */
export type FaceStep = (context: FaceContext) => Promise<void>
