import { z } from 'zod'
import { forEachBounded } from '#common/slots/index.ts'
import { atproto } from '#lexicons'
import { publicNetwork as network } from '../../schema/index.ts'
import type { MirrorContext } from '../context.ts'
import { markBehind, setActive } from '../repos.ts'

const hostsAtOnce = 4
/** One that is away is not asked about each of its thousands of accounts. */
const maxUnanswered = 3
const limits = { maxBytes: 4_096, timeoutMs: 10_000 }
const headSchema = z.object({ rev: z.string().max(64) })
// https://atproto.com/lexicons/com-atproto-sync: what a PDS answers about an account that it does not show.
const goneSchema = z.object({ error: z.enum(['RepoTakendown', 'RepoSuspended', 'RepoDeactivated']) })

interface Row {
  did: string
  rev: string | null
  active: boolean
}

/**
 * Asks the PDS of each account that is mirrored where it stands, and whether it is there at all: relays may have lost what happened, or
 * keep it back.
 * @param eventsMissing true: what its PDS does not answer now has to be asked until it does, and not only tomorrow
 */
export async function compareHeads(context: MirrorContext, eventsMissing: boolean): Promise<void> {
  const rows = await context.db
    .selectFrom('mirror_repo')
    .where('network', '=', network)
    .where((eb) => eb.or([eb('state', '=', 'synchronised'), eb('active', '=', false)]))
    .where('pds', 'is not', null)
    .select(['did', 'pds', 'rev', 'active'])
    .execute()
  const hosts = Map.groupBy(rows, ({ pds }) => `${pds}`)
  await forEachBounded(hosts, hostsAtOnce, ([pds, accounts]) => compareHost(context, pds, accounts, eventsMissing))
  context.onWaiting()
}

async function compareHost(context: MirrorContext, pds: string, rows: Row[], eventsMissing: boolean): Promise<void> {
  let unanswered = 0
  for (const row of rows) {
    if (context.stopping.aborted) return
    const head = unanswered < maxUnanswered ? await headOf(context, pds, row.did) : undefined
    if (head === undefined) unanswered += 1
    await settle(context, row, head, eventsMissing)
  }
}

async function settle(context: MirrorContext, { did, rev, active }: Row, head: Head, missing: boolean): Promise<void> {
  if (head === 'gone') return setActive(context.db, did, false)
  if (head === undefined) return missing && active ? markBehind(context.db, did) : undefined
  // Nobody signs what a relay says of accounts, and a relay may have forgotten that it is back.
  if (!active) return setActive(context.db, did, true)
  if (rev === null || head.rev > rev) await markBehind(context.db, did)
}

/** undefined when it does not answer. */
type Head = { rev: string } | 'gone' | undefined

async function headOf({ outbound, stopping, log }: MirrorContext, pds: string, did: string): Promise<Head> {
  try {
    const address = `${pds}/xrpc/${atproto.getLatestCommit}?${new URLSearchParams({ did })}`
    const about = { package: did }
    const response = await outbound.fetch(address, { ...limits, discovered: true, signal: stopping, about })
    const body: unknown = JSON.parse((await response.bytes()).toString('utf8'))
    if (response.status === 200) return headSchema.parse(body)
    if (response.status === 400 && goneSchema.safeParse(body).success) return 'gone'
  } catch (err) {
    log.info({ did, pds, err }, 'a public PDS was not asked where an account stands')
  }
  return undefined
}
