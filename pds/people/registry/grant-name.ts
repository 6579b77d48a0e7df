import type { AtUriString } from '@atproto/syntax'
import { type BuiltRecord, buildRecord, placeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { checkUpstream } from './check-upstream.ts'
import { draftChange, draftGrant } from './draft-decision.ts'
import { invalid, type Registry, registryWord } from './registry-word.ts'

export interface NameDecision {
  /** DID of the organisation. */
  org: string
  /** A package's name, or `@scope/*`. */
  name: string
  /** Who says so: the DID of the component. */
  by: string
}

type Written = app.npm.operation.grantName.$OutputBody

/**
 * The registry grants a name to the organisation that claims it. Granting it again changes nothing; a name is never
 * granted to two.
 * @throws InvalidName; InvalidRequest for what is no organisation of the registry; NotClaimed; NameTaken;
 *   NeedsAdministrators; ProofFailed, ComponentUnavailable when the claim cannot be proven
 */
export async function grantName(registry: Registry, { by, ...wanted }: NameDecision): Promise<Written> {
  const { host, config, clock } = registry
  const { did } = config.registry
  const draft = await draftGrant(registry, wanted)
  const { asked, claim, to } = draft
  const word = await registryWord(registry, asked.key)
  if (word?.withdrawn === false && word.claim?.cid === claim.ref.cid) return inEffect(registry, asked.key, word)
  const tookTwo = await checkUpstream(registry, draft)
  const { main: schema } = app.npm.name.grant
  const fields = { name: asked.name, org: to, claim: claim.ref, createdAt: new Date(clock.now()).toISOString() }
  const record = tookTwo ? draft.record : placeRecord(did, buildRecord({ schema, rkey: asked.key, fields }, invalid))
  // The first one is created, so that of two at once one is granted.
  const isFirst = (await host.findRecord(did, schema.$type, asked.key)) === undefined
  const procedure = app.npm.operation.grantName.main.nsid
  await host.write(did, [{ action: isFirst ? 'create' : 'put', ...record }], { by, procedure })
  return whereIs(record)
}

/**
 * The registry gives a name that one organisation hands over to the other that claims it. Doing it again changes nothing.
 * @throws as `grantName`; NotTransferred
 */
export async function changeName(registry: Registry, { by, ...wanted }: NameDecision): Promise<Written> {
  const { host, config } = registry
  const draft = await draftChange(registry, wanted)
  await checkUpstream(registry, draft)
  const procedure = app.npm.operation.changeName.main.nsid
  await host.write(config.registry.did, [{ action: 'put', ...draft.record }], { by, procedure })
  return whereIs(draft.record)
}

async function inEffect(
  { host, config }: Registry,
  key: string,
  { transfer }: { transfer: unknown },
): Promise<Written> {
  const { did } = config.registry
  const { grant, change } = app.npm.name
  const { $type: collection } = transfer === undefined ? grant.main : change.main
  const found = await host.findRecord(did, collection, key)
  return { uri: `at://${did}/${collection}/${key}` as AtUriString, cid: found?.cid ?? '' }
}

function whereIs({ uri, cid }: BuiltRecord): Written {
  return { uri: uri as AtUriString, cid }
}
