import { AtollError } from '#common/errors/index.ts'
import { parseRecordUri } from '#common/records/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { metadataCollections } from '../index/collections.ts'
import { versionOfKey } from '../index/keys.ts'
import { isInEffect } from '../ledger/metadata-history.ts'
import { isDecisive } from '../ledger/names.ts'
import { effectiveRights, rightCollections } from '../ledger/rights-history.ts'
import { grantedOwners } from '../names/owners.ts'
import { type Db, network } from '../schema/index.ts'
import { decide, gatherFacts } from '../verdict/index.ts'
import { administrators, type XrpcContext } from './context.ts'
import { waitFor } from './wait-for.ts'

const defaultTimeoutMs = 5_000

interface RecordPlace {
  did: string
  collection: string
  rkey: string
}

/** Answers when exactly this record is indexed and counts, or the time is over. */
export function awaitRecord(context: XrpcContext): void {
  method(context.server, app.npm.registry.awaitRecord, {
    auth: context.authorize(administrators),
    handler: ({ params: { uri, cid, timeoutMs = defaultTimeoutMs } }) => {
      const place = parseRecordUri(uri)
      if (place === undefined) throw new AtollError('InvalidRequest', { reason: 'the URI names no record by DID' })
      return waitFor(context.updates, timeoutMs, async () => {
        const indexed = await isIndexed(context.db, place, cid)
        const effective = indexed && (await context.isBackfilled()) && (await isEffective(context, place, cid))
        return { answer: { indexed, effective }, final: effective }
      })
    },
  })
}

async function isIndexed(db: Db, { did, collection, rkey }: RecordPlace, cid: string): Promise<boolean> {
  const record = await db
    .selectFrom('record')
    .where('network', '=', network)
    .where('did', '=', did)
    .where('collection', '=', collection)
    .where('rkey', '=', rkey)
    .where('cid', '=', cid)
    .select('cid')
    .executeTakeFirst()
  return record !== undefined
}

/** Rights, names, versions and what is said of them need a second party to count; the rest counts by being there. */
async function isEffective(
  { db, clock, policy }: XrpcContext,
  { did, collection, rkey }: RecordPlace,
  cid: string,
): Promise<boolean> {
  if (collection === app.npm.name.grant.$nsid || collection === app.npm.name.change.$nsid) {
    return (await grantedOwners(db, [rkey])).get(rkey) !== undefined && (await isDecisive(db, rkey, cid))
  }
  if (rightCollections.includes(collection)) {
    const rights = await effectiveRights(db, did)
    return rights.some((right) => right.collection === collection && right.rkey === rkey && right.cid === cid)
  }
  if (metadataCollections.includes(collection)) return isInEffect(db, { did, collection, rkey }, cid)
  if (collection !== app.npm.package.version.$nsid) return true
  const key = versionOfKey(rkey)
  const [known] = key === undefined ? [] : await gatherFacts({ db, now: clock.now() }, did, key.name, key.version)
  return known !== undefined && decide(known.facts, policy).kind === 'allow'
}
