import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import type { Server } from '#common/xrpc/index.ts'
import type { GatewayContext } from '../../context.ts'
import { sessionOf } from '../session.ts'
import { answerBulk } from './answer-bulk.ts'
import { answerTree } from './answer-tree.ts'
import { findVulnerable } from './find-vulnerable.ts'
import { readBulk } from './installed.ts'
import { maxBodyBytes, readBody } from './read-body.ts'
import { walkTree } from './walk-tree.ts'

// They ask by POST, and write nothing.
const options = { config: { forReadOnlyTokens: true }, bodyLimit: maxBodyBytes } as const

/**
 * `npm audit`, `pnpm audit`, `yarn npm audit`, `bun audit`, answered from the advisories that are kept here. npm (arborist's
 * audit-report.js), yarn berry, bun and pnpm 11 ask in bulk; yarn 1 and pnpm 10 send their trees.
 */
export function mountAudit(scope: Server, context: Pick<GatewayContext, 'peers'>): void {
  scope.register(async (audits) => {
    // Compressed bodies say that they are JSON, too.
    audits.removeAllContentTypeParsers()
    audits.addContentTypeParser('*', (request: FastifyRequest, payload: Readable) => readBody(request, payload))
    audits.addHook('onSend', async (_request, reply) => void reply.header('cache-control', 'private, no-store'))

    audits.post('/-/npm/v1/security/advisories/bulk', options, async (request) => {
      return answerBulk(await findVulnerable(context, readBulk(request.body), sessionOf(request)))
    })

    for (const url of ['/-/npm/v1/security/audits', '/-/npm/v1/security/audits/quick']) {
      audits.post(url, options, async (request) => {
        const tree = walkTree(request.body)
        return answerTree(tree, await findVulnerable(context, tree.installed, sessionOf(request)))
      })
    }
  })
}
