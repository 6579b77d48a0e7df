import type { Action } from '#common/authz/index.ts'
import { peopleOfPackage } from '../access/index.ts'
import { loadRights, toOrgRights } from '../rights/rights-state.ts'
import type { XrpcContext } from './context.ts'

/** So many are told of one thing that waits; whoever else may answer it finds it in the queue. */
export const maxReaders = 50

interface Waiting {
  /** DIDs of the organisations in which it can be answered. */
  orgs: readonly string[]
  /** What answering it takes. */
  action: Action
  /** Of the package. */
  name: string
  /** Who asks, and need not be told. */
  asker: string
}

/** DIDs of those who may answer what waits now, `maxReaders` at most. A rule for everyone is a reason to tell nobody by itself. */
export async function whoAnswers(
  context: Pick<XrpcContext, 'db' | 'clock' | 'enforcers'>,
  { orgs, action, name, asker }: Waiting,
): Promise<string[]> {
  const found = new Set<string>()
  for (const org of orgs) {
    const enforcer = await context.enforcers.of(org)
    const named = peopleOfPackage(toOrgRights(await loadRights(context, org)), name, [action])
    for (const did of named) if (did !== asker && enforcer.allows(did, action, name)) found.add(did)
    if (found.size >= maxReaders) break
  }
  return [...found].slice(0, maxReaders)
}
