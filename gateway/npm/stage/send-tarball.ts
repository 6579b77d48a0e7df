import { createReadStream } from 'node:fs'
import type { FastifyReply } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import type { GatewayContext } from '../../context.ts'
import type { StagedVersion } from '../../stages/index.ts'

/** The staged bytes, for whoever is to judge them. @throws StageNotFound when they are gone: it was rejected */
export async function sendTarball(
  { parked }: Pick<GatewayContext, 'parked'>,
  reply: FastifyReply,
  { id, integrity, size, state }: StagedVersion,
): Promise<FastifyReply> {
  const path = state === 'waiting' ? await parked.find(integrity) : undefined
  if (path === undefined) throw new AtollError('StageNotFound', { id })
  return reply
    .header('content-type', 'application/octet-stream')
    .header('content-length', size)
    .header('cache-control', 'no-store')
    .send(createReadStream(path))
}
