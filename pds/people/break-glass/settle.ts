import { type AtUriString, type DidString, toDatetimeString } from '@atproto/syntax'
import type { TemporaryManager } from '#common/authz/index.ts'
import { sql } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { buildRecord, recordUri } from '#common/records/index.ts'
import { createPeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'
import { type BreakGlassGrant, isActive, openGrants, type Told } from './grants.ts'

type RecordRef = app.npm.operation.breakGlass.$OutputBody['record']

const timeoutMs = 2_000
// Any number that nobody else in this schema uses.
const breakGlassLock = 112

/**
 * Brings the registry's record of an organisation, and the audit log, to what was decided. What was decided is written down
 * before, so this may fail, or be cut off, anywhere: it is done again (`keepMending`).
 * @returns the record as it is now, and whether the audit log knows, too
 * @throws ComponentUnavailable when our own database is gone
 */
export async function settleOrg(context: PeopleContext, org: string): Promise<{ record: RecordRef; settled: boolean }> {
  return context.db.transaction().execute(async (transaction) => {
    // One at a time, so that an older decision is never written over a newer one.
    await sql`SELECT pg_advisory_xact_lock(${breakGlassLock}, hashtext(${org}))`.execute(transaction)
    const grants = (await openGrants(context)).filter((grant) => grant.org === org)
    const record = await writeManagers(context, org, grants)
    return { record, settled: await tellAll(context, grants) }
  })
}

/** The record itself is what readers go by, and they go by its times: that it is late here gives nobody a minute more. */
async function writeManagers(
  { host, config, clock }: PeopleContext,
  org: string,
  grants: readonly BreakGlassGrant[],
): Promise<RecordRef> {
  const { did } = config.registry
  const schema = app.npm.registry.org.main
  const { $type: collection } = schema
  const stored = await host.findRecord(did, collection, org)
  if (stored === undefined) throw invalid(`${org} is no organisation of this registry`)
  const { $type: _, ...fields } = schema.parse(stored.record)
  const now = clock.now()
  const temporaryManagers = grants.filter((grant) => isActive(grant, now)).map(temporaryManagerOf)
  const changed = { ...fields, temporaryManagers: temporaryManagers.length > 0 ? temporaryManagers : undefined }
  const { rkey, record, cid } = buildRecord({ schema, rkey: org, fields: changed }, invalid)
  if (cid !== stored.cid) {
    const procedure = app.npm.operation.breakGlass.main.nsid
    await host.write(did, [{ action: 'put', collection, rkey, record }], { by: config.self.did, procedure })
  }
  return { uri: recordUri(did, collection, org) as AtUriString, cid: cid as RecordRef['cid'] }
}

function temporaryManagerOf({ did, since, until }: BreakGlassGrant) {
  return { did, since: toDatetimeString(since), until: toDatetimeString(until) } satisfies TemporaryManager
}

async function tellAll(context: PeopleContext, grants: readonly BreakGlassGrant[]): Promise<boolean> {
  try {
    for (const grant of grants) await tell(context, grant)
    return true
  } catch (err) {
    context.log.error({ err }, 'the audit log did not hear of a break-glass manager; it is told again')
    return false
  }
}

/** The audit log is the gateway's. Each line is there once, however often it is said. */
async function tell(context: PeopleContext, grant: BreakGlassGrant): Promise<void> {
  const { config, host, clock, log } = context
  const { id, org, did, reason, until, grantedBy, endedAt, endedBy } = grant
  const gateway = createPeerClient('gateway', config.network, host.auth)
  const note = async (state: 'granted' | 'ended' | 'expired', by: string) => {
    const about = { org: org as DidString, did: did as DidString, until: toDatetimeString(until), reason }
    await gateway.call(app.npm.gateway.noteBreakGlass, {
      input: { id, state, ...about, by: by as DidString },
      timeoutMs,
    })
  }
  if (grant.told === 'nothing') {
    await note('granted', grantedBy)
    await remember(context, id, 'granted')
  }
  if (isActive(grant, clock.now())) return
  const state = endedAt === undefined ? 'expired' : 'ended'
  await note(state, endedBy ?? config.self.did)
  await remember(context, id, 'over')
  log.warn({ id, org, did, state }, 'a break-glass manager is one no more')
}

async function remember({ db }: PeopleContext, id: string, told: Told): Promise<void> {
  await db.updateTable('break_glass').set({ told }).where('id', '=', id).execute()
}

function invalid(reason: string): AtollError {
  return new AtollError('InvalidRequest', { reason })
}
