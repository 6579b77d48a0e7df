import type { DatetimeString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { factsOf } from '../trials/index.ts'
import { decide, lookAtEach, type VersionFacts } from '../verdict/index.ts'
import { everybody, type XrpcContext } from './context.ts'
import { findSubject } from './find-subject.ts'
import { viewOfVerdict } from './view-of-verdict.ts'

interface Asked {
  name: string
  version: string
  viewer: string
  /** It keeps the box, and sees everything in it. */
  seesAll: boolean
}

/** What each check says of one version, and of what facts. */
export function testPolicy(context: XrpcContext): void {
  method(context.server, app.npm.registry.testPolicy, {
    auth: context.authorize(everybody),
    handler: async ({ params: { viewer, name, version }, auth }) => {
      const { policy, network } = context
      const seesAll = auth.iss === network.peers.appliance.did && viewer === auth.iss
      const facts = await findFacts(context, { name, version, viewer, seesAll })
      if (facts.source === 'upstream') context.attestations.wants(parsePackageName(name), { version })
      return {
        package: facts.name,
        version,
        source: facts.source,
        verdict: viewOfVerdict(decide(facts, policy)),
        checks: lookAtEach(facts, policy).map(({ until, ...look }) => ({
          ...look,
          ...(until === undefined ? {} : { until: until as DatetimeString }),
        })),
        // Dates become text, and what is not there goes.
        facts: JSON.parse(JSON.stringify(facts)),
      }
    },
  })
}

/** @throws NotFound, also for what the viewer may not read; UpstreamUnavailable */
async function findFacts(context: XrpcContext, asked: Asked): Promise<VersionFacts> {
  const { db, clock, privateNames } = context
  const subject = await findSubject(context, asked)
  const all = await factsOf({ db, now: clock.now(), privateNames }, subject)
  const found = all.find(({ version }) => version === asked.version)
  if (found === undefined) throw new AtollError('NotFound', { package: asked.name, version: asked.version })
  return found
}
