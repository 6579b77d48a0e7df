import { z } from 'zod'
import { sql } from '#common/db/index.ts'
import type { DueSubject } from '../due/due.ts'
import type { PackageId } from '../ingest/apply/impact.ts'
import { type NewNotice, putNotice } from '../notices/index.ts'
import { network, type Tx } from '../schema/index.ts'
import { compareServed, type Decision, type LastWord, type Revocation } from './compare-served.ts'

/** Any number that nobody else in this schema takes: whoever follows the list must not miss one that is committed late. */
const orderLock = 6_177_166

interface Change {
  /** The abbreviated packument that is about to be replaced; undefined when there was none. */
  served: Buffer | undefined
  /** By version, everything that is known of the package. */
  decided: ReadonlyMap<string, Decision>
  at: Date
}

/**
 * Writes down which versions cease to be installable, or are so again, when a packument takes the place of another. Called in
 * the transaction that does so, before it does. Where nothing was served nothing is revoked, so an index that is made anew adds nothing.
 */
export async function noteRevocations(tx: Tx, subject: DueSubject, { served, decided, at }: Change): Promise<void> {
  const said = await lastWords(tx, subject)
  const revocations = compareServed({ served: versionsIn(served), decided, said })
  if (revocations.length > 0) await write(tx, subject, revocations, at)
}

/** What clients install by until now, of a package of ours. */
export async function servedUntilNow(tx: Tx, { org, name }: PackageId): Promise<Buffer | undefined> {
  const row = await tx
    .selectFrom('packument')
    .where('network', '=', network)
    .where('org', '=', org)
    .where('name', '=', name)
    .where('form', '=', 'abbreviated')
    .select('body')
    .executeTakeFirst()
  return row?.body
}

const packumentSchema = z.object({
  versions: z.record(z.string(), z.object({ dist: z.object({ integrity: z.string().optional() }).optional() })),
})

/** A damaged one says nothing: it is about to be replaced, and must not keep the index from going on. */
function versionsIn(body: Buffer | undefined): Map<string, string | null> {
  const { data } = packumentSchema.safeParse(parseJson(body))
  const versions = Object.entries(data?.versions ?? {})
  return new Map(versions.map(([version, { dist }]) => [version, dist?.integrity ?? null]))
}

function parseJson(body: Buffer | undefined): unknown {
  try {
    return JSON.parse(body?.toString('utf8') ?? 'null')
  } catch {
    return undefined
  }
}

async function lastWords(tx: Tx, subject: DueSubject): Promise<Map<string, LastWord>> {
  const rows = await tx
    .selectFrom('ledger_revocation')
    .distinctOn('version')
    .where('network', '=', network)
    .where('source', '=', subject.source)
    .where('origin', '=', originOf(subject))
    .where('name', '=', subject.name)
    .orderBy('version')
    .orderBy('nth', 'desc')
    .select(['version', 'nth', 'state', 'kind'])
    .execute()
  return new Map(rows.map(({ version, ...word }) => [version, word]))
}

async function write(tx: Tx, subject: DueSubject, revocations: readonly Revocation[], at: Date): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${orderLock})`.execute(tx)
  const { source, name } = subject
  const of = { network, source, origin: originOf(subject), name, at } as const
  for (let start = 0; start < revocations.length; start += rowsPerStatement) {
    const rows = revocations.slice(start, start + rowsPerStatement).map((revocation) => ({ ...of, ...revocation }))
    await tx.insertInto('ledger_revocation').values(rows).execute()
  }
  for (const revocation of revocations) await putNotice(tx, noticeOf(subject, revocation, at))
}

function noticeOf(subject: DueSubject, { version, nth, state, kind, reason }: Revocation, at: Date): NewNotice {
  const { source, name } = subject
  const origin = originOf(subject)
  return {
    type: state === 'revoked' ? 'version.blocked' : 'version.unblocked',
    key: [source, origin, name, version, nth],
    data: { source, origin, name, version, ...(kind === null ? {} : { kind }), ...(reason === null ? {} : { reason }) },
    at,
  }
}

const rowsPerStatement = 1_000

/** The organisation, or the registry's name in the configuration. */
function originOf(subject: DueSubject): string {
  return subject.source === 'private' ? subject.org : subject.registry
}
