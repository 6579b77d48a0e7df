import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { app } from '#lexicons'
import { approvedBy, neededAdministrators } from './administrators.ts'
import type { Decision } from './draft-decision.ts'
import type { Registry } from './registry-word.ts'

/**
 * A name that upstream has is given to an organisation by two administrators of the registry and not by one: everybody here who
 * installs it gets something else from then on. The AppView asks upstream, and holds the record to the same rule.
 * @returns whether it took two
 * @throws NeedsAdministrators; NameTaken, UpstreamUnavailable, NotReady, ComponentUnavailable
 */
export async function checkUpstream(registry: Registry, { asked, to, record }: Decision): Promise<boolean> {
  const params = { org: to as DidString, name: asked.name }
  const { upstream } = await registry.appview.call(app.npm.registry.getClaim, { params })
  if (upstream === undefined) return false
  const approvals = (await approvedBy(registry, record.uri, record.cid)).length
  if (approvals >= neededAdministrators) return true
  throw new AtollError('NeedsAdministrators', { package: asked.name, org: to, upstream, approvals })
}
