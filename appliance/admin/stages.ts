import { z } from 'zod'
import { type Approval, askRoute, type PersonalGateway } from './call-gateway.ts'

const stagedSchema = z.object({
  id: z.string(),
  packageName: z.string(),
  version: z.string(),
  tag: z.string(),
  actor: z.string(),
  actorType: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  integrity: z.string(),
  state: z.string().default('waiting'),
  reason: z.string().nullish(),
})
/** What waits for somebody's approval, or was rejected a while ago. */
export type Staged = z.output<typeof stagedSchema>

const pageSchema = z.object({ items: z.array(stagedSchema), total: z.number() })
const perPage = 100

/** Everything staged that the caller may see. @param name of one package @throws OperationRefused */
export async function listStaged(gateway: PersonalGateway, name?: string): Promise<Staged[]> {
  const all: Staged[] = []
  for (let page = 0; ; page += 1) {
    const search = new URLSearchParams({ page: String(page), perPage: String(perPage) })
    if (name !== undefined) search.set('package', name)
    const { items, total } = pageSchema.parse(
      (await askRoute(gateway, { method: 'GET', path: `/-/stage?${search}` })).body,
    )
    all.push(...items)
    if (items.length < perPage || all.length >= total) return all
  }
}

/** @throws OperationRefused */
export async function showStaged(gateway: PersonalGateway, id: string): Promise<Staged> {
  return stagedSchema.parse((await askRoute(gateway, { method: 'GET', path: pathOf(id) })).body)
}

/** @param reason for who staged it @throws OperationRefused */
export async function rejectStaged(gateway: PersonalGateway, id: string, reason: string | undefined): Promise<void> {
  const search = reason === undefined ? '' : `?${new URLSearchParams({ reason })}`
  await askRoute(gateway, { method: 'DELETE', path: `${pathOf(id)}${search}` })
}

/**
 * Publishes what others staged: asks for all of it first, so that one second factor can do for all, and then brings the codes.
 * @param approve sends the person to the pages; settles with the code of each
 * @throws OperationRefused
 */
export async function approveStaged(
  gateway: PersonalGateway,
  ids: readonly string[],
  approve: (approvals: readonly Approval[]) => Promise<readonly string[]>,
): Promise<void> {
  const asked = []
  for (const id of ids) {
    const call = { method: 'POST', path: `${pathOf(id)}/approve` }
    const { approval } = await askRoute(gateway, call)
    if (approval !== undefined) asked.push({ call, approval })
  }
  const codes = await approve(asked.map(({ approval }) => approval))
  for (const [at, { call }] of asked.entries()) await askRoute(gateway, { ...call, code: codes[at] })
}

function pathOf(id: string): string {
  return `/-/stage/${encodeURIComponent(id)}`
}
