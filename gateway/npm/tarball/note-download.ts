import type { FastifyRequest } from 'fastify'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { readClient } from '../../downloads/index.ts'
import { requesterOf } from '../requester.ts'

/** Has a download written down, whether the bytes come from here, from the bucket, or are there already. HEAD downloads nothing. */
export function noteDownload(
  { downloads }: Pick<GatewayContext, 'downloads'>,
  request: FastifyRequest,
  { session, origin, ...about }: { session: Session; origin: string; package: string; version: string },
): void {
  if (request.method === 'HEAD') return
  const { tokenId, tokenName, did, handle, owner } = session
  const { address } = requesterOf(request)
  const { package: name, version } = about
  const client = readClient(request.headers)
  downloads.note({ ...client, origin, name, version, tokenId, tokenName, did, handle, owner, address })
}
