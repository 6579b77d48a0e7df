import { formatDidDoc, type Operation, opToData } from '@did-plc/lib'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Kysely } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { handleOfHost, wellKnownDidPath } from '#common/identity/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import { atprotoPublic } from '#lexicons'
import { accountOf, type Did, type PdsContext } from '#pds/host/index.ts'
import type { EdgeTables } from '../database.ts'

const name = z.string().min(1).max(2048)
const repoSchema = z.object({ repo: name })
const handleSchema = z.object({ handle: name })

/**
 * Who an account is. The embedded PDS would ask the directory, or the host of any handle that somebody thinks of; a read goes nowhere here,
 * so these are answered from what is kept.
 */
export function serveLookups(server: Server, { pds, db }: { pds: PdsContext; db: Kysely<EdgeTables> }): void {
  server.get(`/xrpc/${atprotoPublic.resolveHandle}`, async (request) => {
    const { handle } = parse(handleSchema, request)
    const account = await accountOf(pds, handle)
    // A DID is no handle, though it finds an account.
    if (account === undefined || account.handle !== handle.toLowerCase()) {
      throw new AtollError('InvalidRequest', { reason: `nobody here has the handle ${handle}` })
    }
    return { did: account.did }
  })
  server.get(`/xrpc/${atprotoPublic.describeRepo}`, async (request) => {
    const { repo } = parse(repoSchema, request)
    const account = await accountOf(pds, repo)
    if (account === undefined) throw new AtollError('RepoNotFound', { did: repo })
    const { did, handle } = account
    const didDoc = await documentOf(db, did)
    const collections = await pds.actorStore.read(did as Did, ({ record }) => record.listCollections())
    const handleIsCorrect = didDoc.alsoKnownAs[0] === `at://${handle}`
    return { handle, did, didDoc, collections, handleIsCorrect }
  })
  server.get(wellKnownDidPath, async (request, reply) => {
    const handle = handleOfHost(request.headers.host)
    const account = handle === undefined ? undefined : await accountOf(pds, handle)
    if (account === undefined) throw new AtollError('NotFound')
    return reply.type('text/plain; charset=utf-8').send(account.did)
  })
}

async function documentOf(db: Kysely<EdgeTables>, did: string) {
  const row = await db.selectFrom('face').select('operations').where('did', '=', did).executeTakeFirst()
  const operation = (row?.operations as Operation[] | undefined)?.at(-1)
  const data = operation === undefined ? null : opToData(did, operation)
  if (data === null) throw new AtollError('RepoNotFound', { did })
  return formatDidDoc(data)
}

function parse<Schema extends z.ZodType>(schema: Schema, { query }: FastifyRequest): z.output<Schema> {
  const parsed = schema.safeParse(query)
  if (!parsed.success) throw new AtollError('InvalidRequest', { reason: z.prettifyError(parsed.error) })
  return parsed.data
}
