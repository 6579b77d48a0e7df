import { z } from 'zod'
import { forEachBounded } from '#common/slots/index.ts'
import { atproto } from '#lexicons'
import { publicNetwork as network } from '../../schema/index.ts'
import type { MirrorContext } from '../context.ts'
import { markBehind } from '../repos.ts'

const atOnce = 4
const limits = { maxBytes: 4_096, timeoutMs: 10_000 }
const headSchema = z.object({ rev: z.string().max(64) })

/** Asks the PDS of each account that is mirrored where it stands: relays may have lost what happened, or keep it back. */
export async function compareHeads(context: MirrorContext): Promise<void> {
  const rows = await context.db
    .selectFrom('mirror_repo')
    .where('network', '=', network)
    .where('state', '=', 'synchronised')
    .where('active', '=', true)
    .where('pds', 'is not', null)
    .select(['did', 'pds', 'rev'])
    .execute()
  await forEachBounded(rows, atOnce, async ({ did, pds, rev }) => {
    if (context.stopping.aborted) return
    const head = await headOf(context, `${pds}`, did)
    if (head === undefined || (rev !== null && head <= rev)) return
    await markBehind(context.db, did)
    context.onWaiting()
  })
}

/** @returns undefined when it does not answer: the next round asks again */
async function headOf(
  { outbound, stopping, log }: MirrorContext,
  pds: string,
  did: string,
): Promise<string | undefined> {
  try {
    const address = `${pds}/xrpc/${atproto.getLatestCommit}?${new URLSearchParams({ did })}`
    const response = await outbound.fetch(address, {
      ...limits,
      discovered: true,
      signal: stopping,
      about: { package: did },
    })
    if (response.status === 200) return headSchema.parse(JSON.parse((await response.bytes()).toString('utf8'))).rev
    response.body.destroy()
  } catch (err) {
    log.info({ did, pds, err }, 'a public PDS was not asked where an account stands')
  }
  return undefined
}
