import type { AtUriString, DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { type ClaimableName, keysCovering, parseClaimableName } from '#common/names/index.ts'
import { fetchRecordProof } from '#common/proof/index.ts'
import { buildRecord, recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { findWitness } from '../attest/index.ts'
import type { PeopleContext } from '../context.ts'

export interface NameGrant {
  /** DID of the organisation. */
  org: string
  /** A package's name, or `@scope/*`. */
  name: string
  /** Who says so: the DID of the component. */
  by: string
}

type Registry = Pick<PeopleContext, 'host' | 'db' | 'config' | 'clock' | 'proofs'>
type Claim = app.npm.name.grant.Main['claim']

/**
 * The registry grants a name to the organisation that claims it. Granting it again changes nothing; a name is never
 * granted to two.
 * @throws InvalidName; InvalidRequest for what is no organisation of the registry; NotClaimed; NameTaken; ProofFailed,
 *   ComponentUnavailable when the claim cannot be proven
 */
export async function grantName(
  registry: Registry,
  { org, name: raw, by }: NameGrant,
): Promise<app.npm.operation.grantName.$OutputBody> {
  const { host, config, clock } = registry
  const name = parseClaimableName(raw)
  await checkRegistered(registry, org)
  const claim = await proveClaim(registry, org, name)
  await checkNotOthers(registry, org, name)
  const schema = app.npm.name.grant.main
  const { $type: collection } = schema
  const { did } = config.registry
  const existing = await host.findRecord(did, collection, name.key)
  if (existing !== undefined) return answer(did, name, existing.cid)
  const createdAt = new Date(clock.now()).toISOString()
  const fields = { name: name.name, org, claim, createdAt }
  const { rkey, record, cid } = buildRecord({ schema, rkey: name.key, fields }, invalid)
  const procedure = app.npm.operation.grantName.main.nsid
  await host.write(did, [{ action: 'create', collection, rkey, record }], { by, procedure })
  return answer(did, name, cid)
}

async function checkRegistered({ host, config }: Registry, org: string): Promise<void> {
  const registered = await host.findRecord(config.registry.did, app.npm.registry.org.main.$type, org)
  if (registered === undefined) throw invalid(`${org} is no organisation of this registry`)
}

/** The claim is in the organisation's repository, with proof, and somebody approved it here. */
async function proveClaim(registry: Registry, org: string, { name, key }: ClaimableName): Promise<Claim> {
  const collection = app.npm.name.claim.main.$type
  const proof = await fetchRecordProof({ did: org, role: 'org', collection, rkey: key }, registry.proofs)
  if (proof === undefined || proof.record['name'] !== name) throw new AtollError('NotClaimed', { org, package: name })
  // A broken org PDS can write a claim; only people approve one.
  if ((await findWitness(registry, proof.cid)) === undefined) {
    throw new AtollError('NotClaimed', { org, package: name, reason: 'nobody approved the claim' })
  }
  return { uri: recordUri(org, collection, key) as AtUriString, cid: proof.cid as Claim['cid'] }
}

/** What covers the name already belongs to somebody, and another would take it from them. */
async function checkNotOthers({ host, config }: Registry, org: string, asked: ClaimableName): Promise<void> {
  const keys = asked.whole ? [asked.key] : keysCovering(asked)
  for (const key of keys) {
    const grant = await host.findRecord(config.registry.did, app.npm.name.grant.main.$type, key)
    const owner = grant?.record['org'] as DidString | undefined
    if (owner === undefined || owner === org) continue
    const reason = `${grant?.record['name']} was granted to ${owner}`
    throw new AtollError('NameTaken', { package: asked.name, org, reason })
  }
}

function answer(registry: string, { key }: ClaimableName, cid: string): app.npm.operation.grantName.$OutputBody {
  return { uri: recordUri(registry, app.npm.name.grant.main.$type, key) as AtUriString, cid: cid as Claim['cid'] }
}

function invalid(reason: string): AtollError {
  return new AtollError('InvalidRequest', { reason })
}
