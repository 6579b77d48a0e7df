import type { RecordSchema } from '@atproto/lex-schema'
import { isValidRecordKey } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { app } from '#lexicons'
import type { RecordWrite } from './record-write.ts'

export type PdsRole = 'org' | 'people'

/** Of what is inside, and of its public face. */
export type RepoRole = PdsRole | 'edge-org' | 'edge-people'

/** Roles bind to hosts (DESIGN §2): a record counts only where its collection belongs, so it is written nowhere else. */
const collections: Record<RepoRole, readonly RecordSchema[]> = {
  org: [
    app.npm.package.record.main,
    app.npm.package.version.main,
    app.npm.package.tag.main,
    app.npm.package.deprecation.main,
    app.npm.package.retirement.main,
    app.npm.package.purge.main,
    app.npm.upstream.purge.main,
    app.npm.policy.exception.main,
    app.npm.security.advisory.main,
    app.npm.org.team.main,
    app.npm.org.permission.main,
    app.npm.org.trustedPublisher.main,
    app.npm.name.claim.main,
    app.npm.name.transfer.main,
    app.npm.org.import.main,
    app.npm.org.promotion.main,
    app.npm.org.promotionDecision.main,
    app.npm.org.promotionProgress.main,
  ],
  people: [
    app.npm.publish.attestation.main,
    app.npm.org.approval.main,
    app.npm.org.membership.main,
    app.npm.registry.org.main,
    app.npm.name.grant.main,
    app.npm.name.change.main,
  ],
  // Nothing that says how a company works inside is ever public.
  'edge-org': [
    app.npm.package.record.main,
    app.npm.package.version.main,
    app.npm.package.tag.main,
    app.npm.package.deprecation.main,
    app.npm.package.retirement.main,
    app.npm.org.publishers.main,
  ],
  'edge-people': [app.npm.publish.attestation.main],
}

/** @throws InvalidRequest when the record is not one of this role's, or does not fit its lexicon. */
export function validateRecord(role: RepoRole, { collection, rkey, record }: RecordWrite): void {
  const schema = collections[role].find((candidate) => candidate.$type === collection)
  if (schema === undefined) throw new AtollError('InvalidRequest', { reason: `${collection} does not belong here` })
  if (!isValidRecordKey(rkey)) throw new AtollError('InvalidRequest', { reason: `"${rkey}" is not a record key` })
  const result = schema.safeValidate(record)
  if (!result.success) throw new AtollError('InvalidRequest', { reason: result.reason.message }, result.reason)
}
