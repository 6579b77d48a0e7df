import type { AtUriString, DidString } from '@atproto/syntax'
import { toDatetimeString } from '@atproto/syntax'
import type { Selectable } from 'kysely'
import { AtollError } from '#common/errors/index.ts'
import { app } from '#lexicons'
import { daysBefore, maxOpen, openDays } from './bounds.ts'
import type { Desk } from './context.ts'
import type { ExceptionRequestTable } from './state.ts'

type View = app.npm.operation.defs.ExceptionRequest
type Weighed = app.npm.registry.weighExceptions.Weighed
type Row = Selectable<ExceptionRequestTable> & { handle: string }

// What the AppView weighs at once.
const pageSize = 100

export interface ListOptions {
  /** Who looks. */
  viewer: string
  /** This one alone. */
  id?: string | undefined
  /** Those that were answered, too. */
  all?: boolean | undefined
}

/**
 * A person's own requests, and those they may answer; newest first. What an exception that stands lets in is granted,
 * whoever granted it, and by whatever way.
 * @throws ComponentUnavailable, NotReady
 */
export async function listRequests(desk: Desk, { viewer, id, all = false }: ListOptions): Promise<View[]> {
  const rows = await readRows(desk, { id, all })
  const seen: View[] = []
  for (let start = 0; start < rows.length; start += pageSize) {
    const page = rows.slice(start, start + pageSize)
    const weighed = await weigh(desk, viewer, page)
    for (const [index, row] of page.entries()) {
      const found = weighed[index]
      if (found === undefined) continue
      const current = await settle(desk, row, found)
      if (current.did !== viewer && found.deciding.length === 0) continue
      if (!all && id === undefined && stateOf(desk, current) !== 'open') continue
      seen.push(view(desk, viewer, current, found))
    }
  }
  return seen
}

/** @throws NotFound also for what the person has nothing to do with */
export async function findRequest(desk: Desk, { viewer, id }: { viewer: string; id: string }): Promise<View> {
  const [found] = await listRequests(desk, { viewer, id })
  if (found === undefined) throw new AtollError('NotFound')
  return found
}

function readRows({ db, clock }: Desk, { id, all }: Pick<ListOptions, 'id' | 'all'>): Promise<Row[]> {
  let query = db
    .selectFrom('exception_request')
    .innerJoin('person', 'person.did', 'exception_request.did')
    .selectAll('exception_request')
    .select('person.handle')
    .orderBy('asked_at', 'desc')
    .orderBy('id', 'desc')
    .limit(maxOpen)
  if (id !== undefined) query = query.where('id', '=', id)
  else if (all !== true) {
    query = query.where('state', '=', 'open').where('asked_at', '>', daysBefore(clock.now(), openDays))
  }
  return query.execute()
}

async function weigh({ appview }: Desk, viewer: string, rows: readonly Row[]): Promise<readonly Weighed[]> {
  const versions = rows.map((row) => `${row.package}@${row.version}`)
  const params = { viewer: viewer as DidString, versions }
  const { weighed } = await appview.call(app.npm.registry.weighExceptions, { params })
  return weighed
}

/** Written down when somebody looks: from then on it stays granted, also when the exception ends. */
async function settle({ db }: Desk, row: Row, { exception }: Weighed): Promise<Row> {
  if (row.state !== 'open' || exception === undefined) return row
  const answered = {
    state: 'granted',
    answered_by: exception.decidedBy,
    answered_at: new Date(exception.createdAt),
    exception: exception.record.uri,
  } as const
  await db.updateTable('exception_request').set(answered).where('id', '=', row.id).where('state', '=', 'open').execute()
  return { ...row, ...answered }
}

function stateOf({ clock }: Desk, { state, asked_at: askedAt }: Row): View['state'] {
  return state === 'open' && askedAt <= daysBefore(clock.now(), openDays) ? 'lapsed' : state
}

function view(desk: Desk, viewer: string, row: Row, { deciding }: Weighed): View {
  const { answered_by: answeredBy, answered_at: answeredAt, answer, exception, blocked_by: check } = row
  return {
    ...{ id: row.id, package: row.package, version: row.version, reason: row.reason },
    ...(check === null ? {} : { check }),
    askedBy: row.did as DidString,
    handle: row.handle,
    askedAt: toDatetimeString(row.asked_at),
    state: stateOf(desk, row),
    mine: row.did === viewer,
    deciding,
    ...(answeredBy === null ? {} : { answeredBy: answeredBy as DidString }),
    ...(answeredAt === null ? {} : { answeredAt: toDatetimeString(answeredAt) }),
    ...(answer === null ? {} : { answer }),
    ...(exception === null ? {} : { exception: exception as AtUriString }),
  }
}
