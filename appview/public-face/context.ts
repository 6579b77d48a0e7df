import type { PeerName } from '#common/config/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { PackageName } from '#common/names/index.ts'
import type { PeerAuth } from '#common/service-auth/index.ts'
import type { peerAuthorizer, Server } from '#common/xrpc/index.ts'
import type { Mirror } from '../mirror/index.ts'
import type { Parties } from '../mirror/parties.ts'
import { isMirrored } from '../mirror/repos.ts'
import type { Db } from '../schema/index.ts'
import type { Updates } from '../updates/updates.ts'
import type { OutsideRow, Upstream } from '../upstream/upstream.ts'
import { ownerOf } from './holders.ts'

/** What the methods stand on. */
export interface FaceContext {
  server: Server
  auth: PeerAuth
  authorize: ReturnType<typeof peerAuthorizer>
  db: Db
  parties: Parties
  mirror: Mirror
  upstream: Upstream
  updates: Updates
  /** Of the gateway in front, without a slash at its end. */
  publicUrl: string
}

/** Nobody else asks. */
export const readers = ['gateway'] as const satisfies PeerName[]

/**
 * Where a package is: with the account whose handle its scope is, or with the one that a lockfile pins.
 * @throws NotFound
 */
export async function findPublic(
  { db, parties }: FaceContext,
  asked: PackageName,
  pinned?: string,
): Promise<Extract<OutsideRow, { source: 'public' }>> {
  const did = pinned ?? (await ownerOf(db, asked, parties))
  if (did !== undefined && (pinned === undefined || (await isMirrored(db, did)))) return { source: 'public', did }
  throw new AtollError('NotFound', { package: asked.name })
}

/** Why something is not shown is nobody's business outside: it is as missing as what never was. */
export function orMissing(asked: PackageName): (error: unknown) => never {
  return (error) => {
    const refused =
      error instanceof AtollError && ['VersionHeld', 'VersionBlocked', 'VersionPurged'].includes(error.code)
    throw refused ? new AtollError('NotFound', { package: asked.name }) : error
  }
}
