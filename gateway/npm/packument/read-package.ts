import type { FastifyReply, FastifyRequest } from 'fastify'
import { nameAt, type PackageName } from '#common/names/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { chooseForm } from './negotiate.ts'
import { sendForWriting, sendPackument } from './send-packument.ts'

/** `GET|HEAD /:package`, `?write=true` */
export async function readPackage(
  { lookup, packuments }: Pick<GatewayContext, 'lookup' | 'packuments'>,
  name: PackageName,
  { request, reply, session }: { request: FastifyRequest; reply: FastifyReply; session: Session },
): Promise<FastifyReply> {
  const { source } = await lookup.find(name.name, session)
  const forWriting = (request.query as Record<string, unknown>)['write'] === 'true'
  const form = forWriting ? 'full' : chooseForm(request.headers)
  const packument = await packuments.get({ name: nameAt(source, name), source, form, viewer: session.did })
  return forWriting ? sendForWriting(reply, packument) : sendPackument(request, reply, { packument, source })
}
