import { app } from '#lexicons'
import type { PromotionContext } from '../context.ts'
import { noteProgress } from '../note-progress.ts'
import { describeOpen } from '../preflight.ts'
import { publicVersionsOf } from '../public-versions.ts'
import type { FollowedPackage } from './followed-package.ts'
import { laterVersions } from './later-versions.ts'
import { firstProblem, nextTurn } from './turns.ts'

// Each is read as a whole; the others come in the next rounds.
const atOnce = 10

/**
 * Later versions become public when they pass the preflight, by the waivers of the promotion, and when whoever published
 * them agreed to be named.
 * @returns why one does not
 */
export async function followVersions(
  context: PromotionContext,
  { org, name, promotions, latest, turns }: FollowedPackage,
): Promise<string | undefined> {
  const known = new Set(publicVersionsOf(promotions, name))
  const later = await laterVersions(context.host, { org, name, known, since: latest.request.versions })
  const { waivers, together = [], id } = latest.request
  for (const version of nextTurn(turns, later, atOnce)) {
    turns.problems.delete(version.version)
    const asked = { org, name, versions: [version.version], together }
    const { open } = await context.preflights.run(asked, waivers)
    if (open.length > 0) {
      turns.problems.set(version.version, `${version.version} does not follow: ${describeOpen(open)}`)
      continue
    }
    const input = { org, promotion: id, versions: [version] } as never
    const { attesters } = await context.peers.people.call(app.npm.operation.projectAttestations, { input })
    if (attesters.length === 0) {
      const why = `who published it has not agreed to be named. "atoll promote consent ${name}" does, or ask for its promotion`
      turns.problems.set(version.version, `${version.version} does not follow: ${why}`)
      continue
    }
    latest.attesters = [...new Set([...latest.attesters, ...attesters])]
    latest.followed = [...latest.followed, version]
    await noteProgress(context, latest, { state: latest.reached ?? 'projected' })
  }
  return firstProblem(turns)
}
