import type { FastifyReply, FastifyRequest } from 'fastify'
import { nameAt, type PackageName } from '#common/names/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { chooseForm, sendPackument } from '../../packuments/index.ts'
import { sendForWriting } from './send-for-writing.ts'

// npm believes its own copy for max-age, also right after a publish: what is published here is asked for each time, and
// mostly answered with 304.
const cacheControl = { private: 'private, no-cache', public: 'private, max-age=60', upstream: 'private, max-age=60' }

/** `GET|HEAD /:package`, `?write=true` */
export async function readPackage(
  { lookup, packuments }: Pick<GatewayContext, 'lookup' | 'packuments'>,
  name: PackageName,
  { request, reply, session }: { request: FastifyRequest; reply: FastifyReply; session: Session },
): Promise<FastifyReply> {
  const found = await lookup.find(name.name, session)
  const { source } = found
  const forWriting = (request.query as Record<string, unknown>)['write'] === 'true'
  const wanted = { ...found, name: nameAt(source, name), viewer: session.did }
  if (forWriting) return sendForWriting(reply, await packuments.fresh({ ...wanted, form: 'full' }))
  const packument = await packuments.get({ ...wanted, form: chooseForm(request.headers) })
  return sendPackument(request, reply, { packument, cacheControl: cacheControl[source] })
}
