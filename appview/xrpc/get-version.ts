import type { DatetimeString, DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { versionKey } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { decide, gatherFacts, type InternalFacts } from '../verdict/index.ts'
import { readers, type XrpcContext } from './context.ts'
import { checkReadable } from './read-set.ts'
import { strongRef } from './strong-ref.ts'
import { viewOfVerdict } from './view-of-verdict.ts'

/** Everything needed to serve a private version's tarball: what it is, who stands behind it, and whether it may be. */
export function getVersion(context: XrpcContext): void {
  method(context.server, app.npm.registry.getVersion, {
    auth: context.authorize(readers),
    handler: async ({ params }) => {
      const { org, name, version, viewer } = params
      await checkReadable(context, org, viewer, name)
      const [known] = await gatherFacts({ db: context.db, now: context.clock.now() }, org, name, version)
      if (known === undefined) throw new AtollError('NotFound', { package: name, version })
      const { row, facts } = known
      return {
        org,
        name,
        version,
        record: strongRef(org, app.npm.package.version.$nsid, versionKey(name, version), row.cid),
        ...attestationOf(facts),
        tarball: row.tarball_cid,
        size: row.size,
        integrity: row.integrity,
        shasum: row.shasum,
        verdict: viewOfVerdict(decide(facts, context.policy)),
        indexedAt: facts.firstSeenAt.toISOString() as DatetimeString,
      }
    },
  })
}

function attestationOf({ cid, judgement }: InternalFacts) {
  if (judgement?.versionCid !== cid) return {}
  const attestedBy = judgement.attestedBy as DidString
  // An attestation's key is the CID of what it attests.
  const attestation = strongRef(attestedBy, app.npm.publish.attestation.$nsid, cid, judgement.attestationCid)
  const { method } = judgement
  return { attestedBy, attestation, ...(method === undefined ? {} : { method }) }
}
