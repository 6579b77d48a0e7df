import { join } from 'node:path'
import { type AppContext, envToCfg, envToSecrets, PDS } from '@atproto/pds'
import type { BlobStore } from '../blobs/index.ts'
import type { PdsHostConfig } from '../config.ts'

export type PdsContext = AppContext

// Every event is kept: a relay that was away for a month must find its cursor.
const hundredYearsMs = 100 * 365 * 86_400_000

// Where it would listen by itself.
const unusedPort = 2583

/** What the embedded PDS is told, whatever network it is in. */
export interface EmbedSettings extends Pick<PdsHostConfig, 'dataDir' | 'pds'> {
  self: { did: string }
  directoryUrl: string
}

/**
 * The reference PDS as a library: it never listens itself, resolves nothing and calls nobody. What outsiders may reach of it is
 * decided in front of it.
 * @param endpoint what the DID documents of its accounts name
 */
export async function embedPds(
  { dataDir, directoryUrl, pds, self }: EmbedSettings,
  endpoint: string,
  blobs: BlobStore,
): Promise<PDS> {
  const { protocol, port } = new URL(endpoint)
  const isSecure = protocol === 'https:'
  const env = {
    // Of its OAuth pages, which are not served here, and which it makes of https alone, or of localhost with a port.
    port: Number(port || unusedPort),
    hostname: isSecure ? 'pds.invalid' : 'localhost',
    serviceDid: self.did,
    devMode: !isSecure,
    disableSsrfProtection: false,
    dataDirectory: dataDir,
    blobstoreDiskLocation: join(dataDir, 'blobs'),
    didPlcUrl: directoryUrl,
    recoveryDidKey: pds.recoveryKey,
    serviceHandleDomains: pds.handleDomains,
    inviteRequired: true,
    acceptingImports: false,
    repoBackfillLimitMs: hundredYearsMs,
    adminPassword: pds.adminPassword,
    jwtSecret: pds.jwtSecret,
    plcRotationKeyK256PrivateKeyHex: pds.rotationKeyHex,
  }
  const cfg = envToCfg(env)
  const embedded = await PDS.create(cfg, envToSecrets(env))
  // Only now: its OAuth pages, which nobody reaches here, take no plain http from any host but loopback (RFC 8252, 7.3), and
  // components that are containers have names of their own.
  cfg.service.publicUrl = endpoint
  // Where nobody can have an account, it would offer a domain of its own making.
  cfg.identity.serviceHandleDomains = pds.handleDomains
  // The `blobstore` override of PDS.create does not reach the actor store.
  embedded.ctx.actorStore.resources.blobstore = (did) => blobs.of(did)
  return embedded
}
