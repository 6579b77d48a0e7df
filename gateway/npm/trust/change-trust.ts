import type { FastifyReply, FastifyRequest } from 'fastify'
import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { PackageName } from '#common/names/index.ts'
import { putTrustedPublisher as kind } from '#common/operations/index.ts'
import { createTid, parseOperation } from '#common/records/index.ts'
import type { GatewayContext } from '../../context.ts'
import { composeAsked } from '../../operations/index.ts'
import { listPublishers } from '../../publishers/index.ts'
import { askForApproval } from '../ask-for-approval.ts'
import { checkPermission } from '../check-permission.ts'
import { findOrganisation, type Organisation } from '../find-organisation.ts'
import { sessionOf } from '../session.ts'
import { describePublisher } from './describe-publisher.ts'
import { draftPublisher } from './draft-publisher.ts'
import { readTrustRequest } from './read-trust-request.ts'

interface Exchange {
  request: FastifyRequest
  reply: FastifyReply
}

/** `npm trust github|gitlab|circleci`: an operation like any change of rights. */
export function addTrust(gateway: GatewayContext, exchange: Exchange, name: PackageName): Promise<FastifyReply> {
  const wanted = readTrustRequest(exchange.request.body)
  return change(gateway, exchange, {
    name,
    asked: wanted,
    plan: async () => ({ id: createTid(), ...draftPublisher(name.name, wanted, gateway.config.ci.issuers) }),
  })
}

/** `npm trust revoke`: the record stays, and says so. */
export function removeTrust(
  gateway: GatewayContext,
  exchange: Exchange,
  { name, id }: { name: PackageName; id: string },
): Promise<FastifyReply> {
  return change(gateway, exchange, {
    name,
    asked: id,
    async plan({ did: org }) {
      const found = (await listPublishers(gateway, org, name.name)).find((publisher) => publisher.id === id)
      if (found === undefined) throw new AtollError('PublisherNotFound', { package: name.name, id: id.slice(0, 128) })
      const { record: _, approvedBy: __, createdAt: ___, ...said } = found
      return { ...said, retired: true }
    },
  })
}

interface Change {
  name: PackageName
  asked: unknown
  /** @returns the operation's input, but for record and time */
  plan(org: Organisation): Promise<object>
}

async function change(
  gateway: GatewayContext,
  { request, reply }: Exchange,
  { name, asked, plan }: Change,
): Promise<FastifyReply> {
  const session = sessionOf(request)
  const done = await askForApproval(
    gateway,
    { session, request, reply },
    {
      subject: `trust ${name.name}`,
      fingerprint: sha256(JSON.stringify(['trust', name.name, asked])),
      async compose() {
        const org = await findOrganisation(gateway, session, name)
        await checkPermission(gateway, session, { org, kind, package: '*' })
        return composeAsked(gateway.clock, { org: org.did, procedure: kind.procedure, input: await plan(org) })
      },
    },
  )
  if (done === 'sent') return reply
  gateway.updates.rightsChanged()
  const written = kind.parseInput(parseOperation(done.bytes).input)
  return reply.code(201).send([describePublisher(written, gateway.config.ci.issuers)])
}
