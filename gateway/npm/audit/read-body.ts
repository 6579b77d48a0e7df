import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { FastifyRequest } from 'fastify'
import { BodyTooLarge, readBounded } from '#common/bodies/index.ts'
import { AtollError } from '#common/errors/index.ts'

/** As it is after decompression: a tree of 40,000 packages. */
export const maxBodyBytes = 16 * 2 ** 20

/**
 * The body of an audit, which npm, yarn and bun compress. It is never larger in memory than `maxBodyBytes`, whatever a few bytes
 * say they unfold to.
 * @throws InvalidRequest, PayloadTooLarge
 */
export async function readBody({ headers }: FastifyRequest, payload: Readable): Promise<unknown> {
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'gzip' && encoding !== 'identity') {
    throw new AtollError('InvalidRequest', {
      reason: `a body may be compressed with gzip, not ${encoding.slice(0, 40)}`,
    })
  }
  try {
    const body = encoding === 'gzip' ? await unfold(payload) : await readBounded(payload, maxBodyBytes)
    return JSON.parse(body.toString('utf8'))
  } catch (cause) {
    if (cause instanceof BodyTooLarge) throw new AtollError('PayloadTooLarge', { limitBytes: maxBodyBytes }, cause)
    throw new AtollError('InvalidRequest', { reason: 'the body is not JSON' }, cause)
  }
}

async function unfold(payload: Readable): Promise<Buffer> {
  let body: Buffer = Buffer.of()
  await pipeline(payload, createGunzip(), async (unfolded) => {
    body = await readBounded(unfolded, maxBodyBytes)
  })
  return body
}
