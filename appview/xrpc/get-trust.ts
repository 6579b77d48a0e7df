import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { gatherKnown, type TrustFact, tellTrust } from '../trust/index.ts'
import { readers, type XrpcContext } from './context.ts'
import { findSubject } from './find-subject.ts'
import { viewOfVerdict } from './view-of-verdict.ts'

type View = app.npm.registry.getTrust.Fact

const maxFacts = 1_000
const longest = 4_000

/** Every fact about a version, with who says it and what proves it, and what follows from them in one sentence. */
export function getTrust(context: XrpcContext): void {
  method(context.server, app.npm.registry.getTrust, {
    auth: context.authorize(readers),
    handler: async ({ params: { viewer, name, version } }) => {
      const { db, clock, privateNames, policy } = context
      const subject = await findSubject(context, { name, viewer, seesAll: false })
      const known = await gatherKnown({ db, now: clock.now(), privateNames }, subject, version)
      if (known === undefined) throw new AtollError('NotFound', { package: name, version })
      if (known.facts.source === 'upstream') context.attestations.wants(parsePackageName(name), { version })
      const { verdict, sentence, facts } = tellTrust(known, policy)
      return {
        package: known.facts.name,
        version,
        source: known.facts.source,
        verdict: viewOfVerdict(verdict),
        sentence: sentence.slice(0, longest),
        facts: facts.slice(0, maxFacts).map(viewOf),
      }
    },
  })
}

/** What records, labelers and registries say may be of any length. */
function viewOf({ fact, stance, says, by, at, proof }: TrustFact): View {
  return {
    fact,
    stance,
    says: says.slice(0, longest),
    ...(by === undefined ? {} : { by: by.slice(0, longest) }),
    ...(at === undefined ? {} : { at }),
    ...(proof === undefined ? {} : { proof }),
  } as View
}
