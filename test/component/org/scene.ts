import { randomBytes } from 'node:crypto'
import { Secp256k1Keypair } from '@atproto/crypto'
import type { LexValue } from '@atproto/lex-data'
import type { IdpConfig } from '#common/config/index.ts'
import { buildGenesis, IdentityResolver } from '#common/identity/index.ts'
import type { ProofSources } from '#common/proof/index.ts'
import { createPeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { Directory } from '#pds/directory/index.ts'
import { PdsHost, type PdsHostConfig } from '#pds/host/index.ts'
import { OrgPds } from '#pds/org/index.ts'
import { TestIdentityProvider } from '#test/support/identity-provider.ts'
import { type TestNetwork, testNetwork } from '#test/support/network.ts'
import { pdsConfig } from '#test/support/pds.ts'
import { Person } from './person.ts'

/** An organisation, its first manager, and people; everything around the org PDS is real. */
export interface Scene extends AsyncDisposable {
  net: TestNetwork
  idp: TestIdentityProvider
  people: PdsHost
  org: OrgPds
  /** Where the org PDS keeps its files. */
  orgDataDir: string
  acme: string
  /** First manager of acme.test. */
  alice: Person
  /** Has an account and no rights. */
  bob: Person
  /** How a gateway would prove what the two PDSes hold. */
  proofs: ProofSources
  /** What the registry's own repository is made to say. */
  registryWrites(collection: string, rkey: string, fields: Record<string, LexValue>): Promise<void>
  /** Makes a person with an account, not yet enrolled. */
  newcomer(name: string): Promise<Person>
}

/**
 * @param changes to how the network knows the identity provider
 * @param trustRoots of Sigstore instances whose word about builds counts
 * @param blobs where the org PDS keeps them
 */
export async function openScene(
  changes: Partial<IdpConfig> = {},
  trustRoots: string[] = [],
  blobs: PdsHostConfig['blobs'] = { kind: 'disk' },
): Promise<Scene> {
  await using opening = new AsyncDisposableStack()
  const registryKey = randomBytes(32).toString('hex')
  const { did: registryDid } = await buildGenesis(await Secp256k1Keypair.import(registryKey))
  const idp = opening.use(await TestIdentityProvider.start())
  const net = opening.use(await testNetwork({ idps: [{ ...idp.config, ...changes }], registryDid }))
  opening.use(await Directory.start(await net.configFor('directory')))
  const people = opening.use(await PdsHost.start({ config: await pdsConfig(net, 'people'), role: 'people' }))
  const orgConfig = { ...(await pdsConfig(net, 'org')), provenance: { publicGood: true, trustRoots }, blobs }
  const org = opening.use(await OrgPds.start(orgConfig))

  const registry = { handle: 'registry.test', owner: 'registry', did: registryDid, privateKeyHex: registryKey }
  await people.provision(registry)
  const appliance = createPeerClient('org', net.network, await net.authAs('appliance'))
  const { did: acme } = await appliance.call(app.npm.operation.createOrg, { input: { handle: 'acme.test' } })

  const newcomer = async (name: string) => {
    const { did } = await people.provision({ handle: `${name}.test`, owner: name })
    return new Person({ did, subject: `subject-of-${name}`, people, idp, org, net, acme })
  }
  const [alice, bob] = [await newcomer('alice'), await newcomer('bob')]
  for (const person of [alice, bob]) await person.enrols()
  const registryWrites = async (collection: string, rkey: string, fields: Record<string, LexValue>) => {
    const record = { $type: collection, createdAt: new Date().toISOString(), ...fields }
    await people.write(registryDid, [{ action: 'put', collection, rkey, record }], {
      by: registryDid,
      procedure: 'the test',
    })
  }
  await registryWrites(app.npm.registry.org.main.$type, acme, { org: acme, managers: [alice.did] })
  const gateway = await net.authAs('gateway')
  const peers = {
    org: createPeerClient('org', net.network, gateway),
    people: createPeerClient('people', net.network, gateway),
  }
  const proofs = { identities: new IdentityResolver(net.network), peers }
  const opened = opening.move()
  const orgDataDir = orgConfig.dataDir
  return {
    net,
    idp,
    people,
    org,
    orgDataDir,
    acme,
    alice,
    bob,
    proofs,
    registryWrites,
    newcomer,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
