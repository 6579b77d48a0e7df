import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { forEachBounded } from '#common/slots/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { describeStaged } from './describe-staged.ts'
import { isOwn, mayApprove } from './may-approve.ts'

const pageSchema = z.object({
  page: z.coerce.number().int().min(0).max(10_000).default(0),
  perPage: z.coerce.number().int().min(1).max(100).default(50),
  package: z.string().max(214).optional(),
})

const questionsAtOnce = 8

/** What is staged and the caller may see, a page at a time, as npm pages it. @throws InvalidRequest, InvalidName */
export async function listStaged(
  context: Pick<GatewayContext, 'stages' | 'peers'>,
  session: Session,
  query: unknown,
): Promise<{ items: Record<string, unknown>[]; total: number }> {
  const parsed = pageSchema.safeParse(query)
  if (!parsed.success) throw new AtollError('InvalidRequest', { reason: 'page and perPage are numbers' })
  const { page, perPage, package: wanted } = parsed.data
  const name = wanted === undefined ? undefined : parsePackageName(encodeURIComponent(wanted)).name
  const all = await context.stages.list(name)
  const packages = new Map(all.map((staged) => [`${staged.org} ${staged.name}`, staged]))
  const approvable = new Set<string>()
  await forEachBounded([...packages], questionsAtOnce, async ([key, staged]) => {
    if (await mayApprove(context, session, staged)) approvable.add(key)
  })
  const visible = all.filter((staged) => isOwn(staged, session) || approvable.has(`${staged.org} ${staged.name}`))
  const items = visible.slice(page * perPage, (page + 1) * perPage).map(describeStaged)
  return { items, total: visible.length }
}
