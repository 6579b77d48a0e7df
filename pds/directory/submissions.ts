import type { OpOrTombstone } from '@did-plc/lib'
import type { FastifyRequest } from 'fastify'
import { createPeerAuth, type JtiStore } from '#common/service-auth/index.ts'
import { bearerToken } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { checkPrivateOperation } from './check-private-operation.ts'
import { checkPublicOperation } from './check-public-operation.ts'
import type { DirectoryConfig, PrivateDirectoryConfig } from './config.ts'

/**
 * Whose operations a directory takes, and which. What did:plc itself asks comes after.
 * @throws what it has against the request
 */
export type Submissions = (request: FastifyRequest) => Promise<OpOrTombstone>

export async function submissionsOf(config: DirectoryConfig, jtis: JtiStore): Promise<Submissions> {
  return config.open === true ? fromAnybody : fromHosts(config, jtis)
}

/** The private directory: the PDSes write, each of the accounts it hosts. */
async function fromHosts(config: PrivateDirectoryConfig, jtis: JtiStore): Promise<Submissions> {
  const { network } = config
  const auth = await createPeerAuth(config, jtis)
  return async (request) => {
    const { iss } = await auth.verify(bearerToken(request), app.npm.directory.submit.$nsid, ['org', 'people'])
    const hosts = network.hosts[iss === network.peers.org.did ? 'org' : 'people']
    return checkPrivateOperation(request.body, network, hosts)
  }
}

/** A public directory: whoever holds an account's key. */
const fromAnybody: Submissions = async ({ body }) => checkPublicOperation(body)
