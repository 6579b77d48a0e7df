import type { AtUriString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { buildRecord, placeRecord, recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'

export interface OrgRegistration {
  /** DID of the organisation. */
  org: string
  /** DIDs of its first managers. */
  managers: readonly string[]
  /** Who says so: the DID of the component. */
  by: string
}

/**
 * The registry names an organisation of this network and its first managers. What it said once it does not take back:
 * whoever manages from then on is decided by the organisation's own permissions.
 * @throws InvalidRequest; RecordExists when it named other managers before
 */
export async function registerOrg(
  { host, db, config, clock }: Pick<PeopleContext, 'host' | 'db' | 'config' | 'clock'>,
  { org, managers, by }: OrgRegistration,
): Promise<app.npm.operation.registerOrg.$OutputBody> {
  const { did } = config.registry
  const unique = [...new Set(managers)].sort()
  await checkPeople(db, unique)
  const schema = app.npm.registry.org.main
  const { $type: collection } = schema
  const existing = await host.findRecord(did, collection, org)
  if (existing !== undefined && sameManagers(existing.record['managers'], unique)) {
    return { uri: recordUri(did, collection, org) as AtUriString, cid: existing.cid }
  }
  const fields = { org, managers: unique, createdAt: new Date(clock.now()).toISOString() }
  const { uri, rkey, record, cid } = placeRecord(did, buildRecord({ schema, rkey: org, fields }, invalid))
  const procedure = app.npm.operation.registerOrg.main.nsid
  await host.write(did, [{ action: 'create', collection, rkey, record }], { by, procedure })
  return { uri: uri as AtUriString, cid }
}

/** A manager who has no account here could never approve anything. */
async function checkPeople(db: PeopleContext['db'], dids: readonly string[]): Promise<void> {
  if (dids.length === 0) throw invalid('an organisation needs a manager')
  const rows = await db.selectFrom('person').select('did').where('did', 'in', dids).execute()
  const stranger = dids.find((did) => !rows.some((row) => row.did === did))
  if (stranger !== undefined) throw invalid(`${stranger} has no account here: let them sign in once first`)
}

function sameManagers(stored: unknown, wanted: readonly string[]): boolean {
  return Array.isArray(stored) && JSON.stringify([...stored].sort()) === JSON.stringify(wanted)
}

function invalid(reason: string): AtollError {
  return new AtollError('InvalidRequest', { reason })
}
