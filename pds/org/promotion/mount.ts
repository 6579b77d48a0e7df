import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { method, peerAuthorizer } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { PdsHost } from '#pds/host/index.ts'
import type { OrgTables } from '../database.ts'
import type { Promotion } from './promotion.ts'
import { listPromotions } from './promotions.ts'
import type { Promotions } from './promotions-service.ts'
import { findVersion } from './version-records.ts'

interface Mounted {
  host: PdsHost<OrgTables>
  promotions: Promotions | undefined
}

/** What the gateway asks about promotions, for people who may. */
export function mountPromotions({ host, promotions }: Mounted): void {
  const only = peerAuthorizer(host.auth)

  method(host.server, app.npm.operation.listPromotions, {
    auth: only(['gateway', 'people', 'appliance']),
    handler: async ({ params: { org, name } }) => {
      const all = await listPromotions(host, org)
      const wanted =
        name === undefined ? all : all.filter(({ request }) => request.name === parsePackageName(name).name)
      const newest = wanted.toReversed().slice(0, maxListed)
      return { promotions: (await Promise.all(newest.map((each) => viewOf(host, each, promotions)))) as never }
    },
  })

  method(host.server, app.npm.operation.checkPromotion, {
    auth: only(['gateway']),
    handler: async ({ input: { org, name, versions, together = [], waivers = [] } }) => {
      if (promotions === undefined) throw new AtollError('PromotionOff')
      const asked = { org, name: parsePackageName(name).name, versions, together }
      return viewOfPreflight(await promotions.preflights.run(asked, waivers)) as never
    },
  })
}

const maxListed = 1_000

async function viewOf(host: Mounted['host'], promotion: Promotion, promotions: Promotions | undefined) {
  const { org, uri, cid, request, state, decidedAt, reason, updatedAt, attesters } = promotion
  const versions = await Promise.all(
    request.versions.map(async ({ version, cid: of }) => {
      const { record } = await findVersion(host, org, request.name, version)
      return { version, cid: of, integrity: record.integrity }
    }),
  )
  const optional = { decidedAt, reason, updatedAt, problem: promotions?.promoter.problemOf(promotion)?.slice(0, 2_000) }
  return { id: request.id, uri, cid, request, state, attesters, versions, ...definedOnly(optional) }
}

function viewOfPreflight({
  open,
  waived,
  unused,
  unread,
  closure,
}: Awaited<ReturnType<Promotions['preflights']['run']>>) {
  const needed = closure.map(({ name, version, path }) => ({
    name,
    ...definedOnly({ version }),
    path: path.map((step) => (step.kind === undefined ? step.name : `${step.name} (${step.kind})`)).join(' → '),
  }))
  return { open, waived, unused, unread, closure: needed }
}

function definedOnly(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
