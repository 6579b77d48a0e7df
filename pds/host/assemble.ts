import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { Secp256k1Keypair } from '@atproto/crypto'
import type { PDS } from '@atproto/pds'
import type { PeerName } from '#common/config/index.ts'
import { type Kysely, type Migration, openDatabase } from '#common/db/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { Monitoring } from '#common/monitoring/index.ts'
import {
  createPeerAuth,
  type JtiStore,
  type JtiTable,
  type PeerAuth,
  PostgresJtiStore,
} from '#common/service-auth/index.ts'
import { bearerToken, createServer, type Server } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'
import type { PdsHostConfig } from './config.ts'
import { type HostTables, hostMigrations } from './database.ts'
import type { PdsRole, RepoWriter } from './gate-writes/index.ts'
import { serveFirehose, serveReads } from './guard-reads/index.ts'
import { openRepositories } from './open-repositories.ts'
import { DirectoryClient, Provisioner, SealedKeys } from './provision/index.ts'
import { watchHost } from './watch-host.ts'

/** What a PdsHost is made of. */
export interface HostParts<Tables> {
  db: Kysely<Tables & HostTables>
  jtis: JtiStore
  auth: PeerAuth
  server: Server
  pds: PDS
  writer: RepoWriter
  provisioner: Provisioner
}

// Operations of up to 64 KiB travel in a header, in base64url (ARCHITECTURE.md), ID tokens of up to 48 KiB in another, and in a
// third the list of a batch, 5 KiB.
const maxHeaderBytes = 163_840
// The relay, its standby, and somebody who looks.
const maxReaders = 16

interface Plan {
  config: PdsHostConfig
  role: PdsRole
  monitoring: Monitoring
  migrations: Record<string, Migration>
  log: Logger
}

/** Opens everything in the order it depends on each other. @param opened gives it back, in reverse */
export async function assemble<Tables>(plan: Plan, opened: AsyncDisposableStack): Promise<HostParts<Tables>> {
  const { config, role, log, monitoring } = plan
  const endpoint = config.network.peers[role].url
  const database = opened.use(
    await openDatabase<Tables & HostTables>(config.database, { ...hostMigrations, ...plan.migrations }),
  )
  // The host asks for its own tables only; Kysely's types do not narrow by themselves.
  const db = database.db as unknown as Kysely<HostTables>
  const jtis = new PostgresJtiStore(db as unknown as Kysely<JtiTable>)
  const auth = await createPeerAuth(config, jtis)
  const directoryUrl = config.network.peers.directory.url
  const settings = { ...config, directoryUrl }
  const { pds, transact, writer, firehose } = await openRepositories({ role, settings, endpoint, db, log }, opened)

  const rotationKey = await Secp256k1Keypair.import(config.pds.rotationKeyHex)
  const provisioner = new Provisioner({
    db,
    log,
    transact,
    pds: pds.ctx,
    directory: new DirectoryClient(directoryUrl, auth),
    sealedKeys: new SealedKeys(join(config.dataDir, 'sealed')),
    identity: {
      rotationKeys: [config.pds.recoveryKey, rotationKey.did()],
      endpoint,
      marker: config.network.marker,
    },
  })

  const server = createServer({ log, maxHeaderBytes, monitoring })
  opened.defer(() => server.close())
  const authorize = (token: string, nsid: string) => auth.verify(token, nsid, readers(role, nsid))
  serveReads(server, pds.app, { authorize, adminPassword: config.pds.adminPassword })
  const follow = (request: IncomingMessage) => authorize(bearerToken(request), atproto.subscribeRepos)
  opened.use(serveFirehose(server, firehose, { authorize: follow, maxReaders }))
  monitoring.serve(server, watchHost({ db, database, pds, directoryUrl }))
  return { db: database.db, jtis, auth, server, pds, writer, provisioner }
}

/**
 * PDS reads are public by protocol; here they are for those who index, serve and check (DESIGN §9). Whoever administers
 * compares how far they are with what there is, and needs no more.
 */
function readers(role: PdsRole, nsid: string): PeerName[] {
  const usual: PeerName[] = ['relay', 'appview', 'gateway', role === 'org' ? 'people' : 'org']
  return nsid === atproto.getLatestCommit ? [...usual, 'appliance'] : usual
}
