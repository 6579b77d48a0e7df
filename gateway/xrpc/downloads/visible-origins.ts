import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { upstreamOrigin } from '../../downloads/index.ts'
import type { Asker } from './asker-of.ts'

/**
 * Of whose packages somebody is told: of those of the organisations they manage; and of upstream's, since those concern everybody, who manages
 * any organisation, or may label these in one: whoever stops a version has to know where it is.
 * @param names of the packages that are asked about
 * @returns undefined for everybody's
 * @throws DownloadsNotShown, NotReady, ComponentUnavailable
 */
export async function visibleOrigins(
  appview: PeerClient,
  asker: Asker,
  names: readonly string[],
): Promise<string[] | undefined> {
  if (asker === 'administration') return undefined
  const actor = asker.did as DidString
  const { orgs } = await appview.call(app.npm.registry.listOrgs, { params: { viewer: actor } })
  const may = async (org: DidString, action: 'manage' | 'label', name: string) =>
    (await appview.call(app.npm.registry.checkPermission, { params: { org, actor, action, package: name } })).allowed
  const [managed, labelled] = [[] as string[], new Set<string>()]
  for (const { did: org } of orgs) {
    if (await may(org, 'manage', '*')) managed.push(org)
    for (const name of names) if (!labelled.has(name) && (await may(org, 'label', name))) labelled.add(name)
  }
  if (managed.length === 0 && names.some((name) => !labelled.has(name))) {
    throw new AtollError('DownloadsNotShown', { actor: asker.handle })
  }
  return [...managed, upstreamOrigin]
}
