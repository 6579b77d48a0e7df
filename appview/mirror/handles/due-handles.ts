import { publicNetwork as network } from '../../schema/index.ts'
import type { MirrorContext } from '../context.ts'
import { keepHandle } from './keep-handle.ts'

const batch = 500

/** Asks again whose handles are that were not asked since `before`: domains change hands. */
export async function checkDueHandles(context: MirrorContext, before: Date): Promise<void> {
  const due = await context.db
    .selectFrom('mirror_repo')
    .where('network', '=', network)
    .where('handle', 'is not', null)
    .where((eb) => eb.or([eb('handle_checked_at', 'is', null), eb('handle_checked_at', '<', before)]))
    .orderBy('handle_checked_at')
    .limit(batch)
    .select('did')
    .execute()
  for (const { did } of due) {
    if (context.stopping.aborted) return
    await keepHandle(context, did)
  }
}
