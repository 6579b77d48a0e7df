import { sql } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { labelToWire } from '#common/labels/index.ts'
import { method } from '#common/xrpc/index.ts'
import { com } from '#lexicons'
import { type Db, network } from '../../schema/index.ts'
import { administrators, type XrpcContext } from '../../xrpc/context.ts'
import { type GivenRow, givenColumns } from '../given.ts'
import type { Labeler } from '../labeler.ts'

interface Asked {
  exact: string[]
  prefixes: string[]
  after: number
  limit: number
}

/** What the company's labeler says now of these subjects: the newest for each and value, also where that takes it back. */
export function queryLabels({ server, authorize, db }: XrpcContext, labeler: Labeler): void {
  method(server, com.atproto.label.queryLabels, {
    auth: authorize(administrators),
    handler: async ({ params: { uriPatterns, sources, limit = 50, cursor } }) => {
      if (sources !== undefined && !sources.some((source) => source === labeler.did)) return { labels: [] }
      const rows = await findLabels(db, labeler.did, { ...readPatterns(uriPatterns), after: readCursor(cursor), limit })
      const labels = await Promise.all(rows.map(async (row) => labelToWire(await labeler.signedNow(row))))
      const last = rows.at(-1)?.seq
      return { labels, ...(rows.length < limit || last == null ? {} : { cursor: String(last) }) }
    },
  })
}

async function findLabels(db: Db, src: string, { exact, prefixes, after, limit }: Asked): Promise<GivenRow[]> {
  const columns = sql.join(givenColumns.map((column) => sql.ref(column)))
  const { rows } = await sql<GivenRow>`SELECT ${columns} FROM (
      SELECT DISTINCT ON (uri, val) * FROM ledger_label l WHERE network = ${network} AND src = ${src}
        AND (uri = ANY(${exact}::text[]) OR EXISTS (SELECT FROM unnest(${prefixes}::text[]) p WHERE starts_with(l.uri, p)))
      ORDER BY uri, val, moment DESC, neg) newest
    WHERE seq > ${after} ORDER BY seq LIMIT ${limit}`.execute(db)
  return rows
}

/** @throws InvalidRequest for a * anywhere but at the end */
function readPatterns(patterns: readonly string[]): { exact: string[]; prefixes: string[] } {
  const odd = patterns.find((pattern) => pattern.slice(0, -1).includes('*'))
  if (odd !== undefined)
    throw new AtollError('InvalidRequest', { reason: 'a * may only stand at the end of a pattern' })
  const exact = patterns.filter((pattern) => !pattern.endsWith('*'))
  return { exact, prefixes: patterns.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.slice(0, -1)) }
}

function readCursor(cursor = '0'): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw new AtollError('InvalidRequest', { reason: 'the cursor is not one of ours' })
}
