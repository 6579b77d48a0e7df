import type { DatetimeString, DidString, HandleString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { parseClaimableName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { type NameEvent, nameHistory } from '../names/history.ts'
import { grantedOwners } from '../names/owners.ts'
import { administrators, type XrpcContext } from './context.ts'
import { handlesOf } from './handles-of.ts'
import { viewOrg } from './read-set.ts'
import { registeredOrgs } from './registered-orgs.ts'
import { strongRef } from './strong-ref.ts'

type Entry = app.npm.registry.getNameHistory.Entry

/** What became of a name, as far as it is about organisations that have anything to do with the viewer. */
export function getNameHistory(context: XrpcContext): void {
  method(context.server, app.npm.registry.getNameHistory, {
    auth: context.authorize(administrators),
    handler: async ({ params: { viewer, name: raw }, auth }) => {
      const { name, key } = parseClaimableName(raw)
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      const concerned = await orgsConcerning(context, viewer, auth.iss)
      const isSeen = (did: string | null) => did !== null && concerned.has(did)
      const all = await nameHistory(context.db, key, context.registryDid)
      const events = all.filter(({ org, to }) => isSeen(org) || isSeen(to))
      if (events.length === 0) throw new AtollError('NotFound', { package: name })
      const owner = (await grantedOwners(context.db, [key])).get(key)
      const dids = events.flatMap(({ org, to }) => (to === null ? [org] : [org, to]))
      const handles = await handlesOf(context.db, owner === undefined ? dids : [...dids, owner])
      const of = owner === undefined ? {} : { org: owner as DidString, ...named('handle', handles.get(owner)) }
      return { name, ...of, entries: events.map((event) => entryOf(event, key, handles)) }
    },
  })
}

async function orgsConcerning(context: XrpcContext, viewer: string, caller: string): Promise<Set<string>> {
  const concerned = new Set<string>()
  for (const org of await registeredOrgs(context)) {
    if ((await viewOrg(context, org, viewer, caller)).concerned) concerned.add(org)
  }
  return concerned
}

function entryOf(event: NameEvent, key: string, handles: ReadonlyMap<string, string>): Entry {
  const { at, what, org, to, author, collection, cid, approvedBy, reason } = event
  return {
    at: at.toISOString() as DatetimeString,
    what,
    org: org as DidString,
    ...named('handle', handles.get(org)),
    ...(to === null ? {} : { to: to as DidString, ...named('toHandle', handles.get(to)) }),
    record: strongRef(author, collection, key, cid),
    approvedBy: approvedBy as DidString[],
    ...(reason === null ? {} : { reason }),
  }
}

function named<Key extends string>(key: Key, handle: string | undefined) {
  return (handle === undefined ? {} : { [key]: handle }) as Partial<Record<Key, HandleString>>
}
