import { databaseAnswers, holds, peerAnswers } from '#common/health/index.ts'
import type { Watched } from '#common/monitoring/index.ts'
import type { GatewayContext } from './context.ts'

const twoWeeksMs = 14 * 86_400_000

/**
 * A gateway needs its database, and an AppView that tells it of changes. Without the PDSes nobody signs in or publishes,
 * and installs go on.
 */
export function watchGateway({
  config,
  database,
  updates,
  ceremony,
  tarballs,
  bucket,
  tokens,
  auditStream,
}: GatewayContext): Watched {
  const { peers } = config.network
  return {
    database,
    checks: [
      databaseAnswers(database.db),
      holds('appview', () => updates.live, 'its updates cannot be heard'),
      peerAnswers('people', peers.people.url, { essential: false }),
      peerAnswers('org', peers.org.url, { essential: false }),
      ...(bucket === undefined
        ? []
        : [{ ...holds('bucket', () => bucket.answers, 'tarballs are streamed'), essential: false }]),
      ...(auditStream === undefined
        ? []
        : [{ ...holds('syslog', () => auditStream.answers, 'the audit log waits to be sent'), essential: false }]),
    ],
    // There are packages of npm's by these names.
    others: 'elsewhere',
    async progress() {
      const { files, bytes } = tarballs.usage
      return {
        sources: [{ url: peers.appview.url, connected: updates.live }],
        counts: {
          'tarballs.files': files,
          'tarballs.bytes': bytes,
          ...(await ceremony.waiting()),
          'tokens.expiring': await tokens.countExpiring(twoWeeksMs),
        },
      }
    },
  }
}
