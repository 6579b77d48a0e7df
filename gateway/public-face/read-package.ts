import type { FastifyReply, FastifyRequest } from 'fastify'
import type { PackageName } from '#common/names/index.ts'
import { chooseForm, type Packument, type PackumentForm, sendPackument } from '../packuments/index.ts'
import { metadataCaching } from './caching.ts'
import type { PublicContext } from './context.ts'
import { findPackage } from './find-package.ts'

/** `GET|HEAD /:package` */
export async function readPackage(
  context: PublicContext,
  name: PackageName,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const packument = await packumentOf(context, name, chooseForm(request.headers))
  return sendPackument(request, reply, { packument, cacheControl: metadataCaching })
}

/** @throws NotFound */
export async function packumentOf(context: PublicContext, name: PackageName, form: PackumentForm): Promise<Packument> {
  const org = await findPackage(context, name)
  const { did: viewer } = context.anybody
  return context.packuments.get({ name: name.name, source: 'public', org, form, viewer })
}
