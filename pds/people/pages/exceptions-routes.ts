import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import { handleOf } from '#common/identity/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import type { PeopleContext } from '../context.ts'
import { answerRequest, decideRequest, findRequest, listRequests, requestException } from '../exceptions/index.ts'
import { checkForm, formTokenOf, openVisit, type Session } from '../sessions/index.ts'
import { admit } from '../sign-in/index.ts'
import { askPage } from './ask-exception-page.ts'
import { decisionOf } from './decision.ts'
import { exceptionPage } from './exception-page.ts'
import { exceptionsPage } from './exceptions-page.ts'
import { nameDids } from './name-dids.ts'
import { exceptionsPath, returnPath } from './return-path.ts'
import { sendPage } from './send-page.ts'

const askedSchema = z.object({ package: z.string().max(214), version: z.string().max(256), reason: z.string() })
const idSchema = z.object({ id: z.string().regex(/^[a-z2-7]{13}$/) })
const answerSchema = idSchema.extend({ reason: z.string().default('') })
const decisionSchema = answerSchema.extend({
  org: z.string().max(256).optional(),
  versions: z.string().max(256),
  days: z.coerce.number().int().min(1).max(366),
})

/** Where people ask for exceptions from the policy, see what became of it, and answer. */
export function serveExceptions(server: Server, context: PeopleContext): void {
  server.get(exceptionsPath, async (request, reply) => {
    const visit = await openVisit(context, request, reply)
    const session = await admit(context, visit, returnPath({ return_to: request.url }) ?? exceptionsPath)
    if (typeof session === 'string') return reply.redirect(session, 303)
    return sendPage(reply, await show(context, session, request.query), await context.providers.formTargets())
  })

  server.post(exceptionsPath, async (request, reply) => {
    const session = checkForm(context, await openVisit(context, request, reply))
    return reply.redirect(await act(context, session, request), 303)
  })
}

async function show(context: PeopleContext, session: Session, query: unknown) {
  const { did, handle } = session
  const formToken = formTokenOf(session)
  const asked = askedSchema.partial({ reason: true }).safeParse(query)
  if (asked.success) return askPage({ formToken, handle, ...asked.data })
  const one = idSchema.safeParse(query)
  if (one.success) {
    const request = await findRequest(context, { viewer: did, id: one.data.id })
    const people = await nameDids(context.db, request)
    return exceptionPage({ formToken, handle, request, people, orgs: await nameOrgs(context, request.deciding) })
  }
  const requests = await listRequests(context, { viewer: did, all: true })
  return exceptionsPage({ handle, requests })
}

/** @returns the page to see next */
async function act(context: PeopleContext, { did }: Session, request: FastifyRequest): Promise<string> {
  const { body } = request
  const decision = decisionOf(request, ['ask', 'withdraw', 'deny', 'grant'])
  if (decision === 'ask') {
    return pathOf(await requestException(context, { did, ...read(askedSchema, body) }))
  }
  if (decision === 'grant') {
    return decideRequest(context, { did, address: request.ip, ...read(decisionSchema, body) })
  }
  const { id, reason } = read(answerSchema, body)
  await answerRequest(context, { did, id, answer: decision, reason })
  return pathOf(id)
}

const pathOf = (id: string) => `${exceptionsPath}?id=${id}`

/** @returns DID → handle */
async function nameOrgs({ host }: PeopleContext, dids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const named = dids.map(async (did) => [did, await handleOf(host.identities, did)] as const)
  return new Map(await Promise.all(named))
}

function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const [field = 'form'] = parsed.error.issues[0]?.path ?? []
  throw new AtollError('InvalidRequest', { reason: `its ${String(field)} is missing or not possible` }, parsed.error)
}
