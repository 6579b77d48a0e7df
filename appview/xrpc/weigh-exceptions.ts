import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { type NameRow, parsePackageName, parseVersion } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { covers, effectiveExceptions } from '../exceptions/index.ts'
import { deciders, type XrpcContext } from './context.ts'
import { isReadable, whereFound } from './found-for.ts'
import { registeredOrgs } from './registered-orgs.ts'
import { stateOf, viewException } from './view-exception.ts'

interface Asked {
  name: string
  version: string
}

/** For the queue of requests: what its reader may see of each, and where they may answer it. */
export function weighExceptions(context: XrpcContext): void {
  method(context.server, app.npm.registry.weighExceptions, {
    auth: context.authorize(deciders),
    handler: async ({ params: { viewer, versions } }) => {
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      const asked = versions.map(parse)
      const rows = await whereFound(
        context,
        asked.map(({ name }) => name),
      )
      const weighed: app.npm.registry.weighExceptions.Weighed[] = []
      for (const one of asked) weighed.push(await weigh(context, viewer, one, rows.get(one.name)))
      return { weighed }
    },
  })
}

async function weigh(context: XrpcContext, viewer: string, { name, version }: Asked, row: NameRow | undefined) {
  const readable = await isReadable(context, row, { name, viewer })
  const deciding = await decidingIn(context, viewer, name, row)
  const exception = readable ? await findStanding(context, { name, version }, row) : undefined
  return { package: name, version, readable, deciding: deciding as DidString[], ...(exception && { exception }) }
}

async function decidingIn(context: XrpcContext, viewer: string, name: string, row: NameRow | undefined) {
  const deciding: string[] = []
  for (const org of await excepting(context, row)) {
    if ((await context.enforcers.of(org)).allows(viewer, 'except', name)) deciding.push(org)
  }
  return deciding
}

/** Where a package is excepted: one of ours in its organisation, one of upstream in any. @returns DIDs of organisations */
export async function excepting(context: XrpcContext, row: NameRow | undefined): Promise<string[]> {
  if (row === undefined || row.source === 'none') return []
  return row.source === 'private' ? [row.org] : registeredOrgs(context)
}

async function findStanding({ db, clock }: XrpcContext, { name, version }: Asked, row: NameRow | undefined) {
  const now = clock.now()
  const org = row?.source === 'private' ? row.org : undefined
  const standing = (await effectiveExceptions(db, { name, org })).find(
    ({ value }) => stateOf(value, now) === 'standing' && covers(value, version),
  )
  return standing && viewException(standing, now)
}

/** @param raw name@version. @throws InvalidName, InvalidVersion */
function parse(raw: string): Asked {
  const at = raw.lastIndexOf('@')
  return { name: parsePackageName(raw.slice(0, Math.max(at, 0))).name, version: parseVersion(raw.slice(at + 1)) }
}
