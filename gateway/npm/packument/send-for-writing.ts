import type { FastifyReply } from 'fastify'
import type { Packument } from '../../packuments/index.ts'
import { writableDocument } from './writable-document.ts'

/** What npm reads before it changes metadata: never from a cache. Its revision, `_rev`, is in it. */
export async function sendForWriting(reply: FastifyReply, packument: Packument): Promise<FastifyReply> {
  return reply.header('cache-control', 'no-store').send(await writableDocument(packument))
}
