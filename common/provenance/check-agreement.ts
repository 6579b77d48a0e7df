import type { BuildIdentity } from './build-identity.ts'
import { refuseProvenance } from './limits.ts'
import type { ClaimedBuild } from './statement.ts'

/**
 * The predicate is written by the job, the certificate by an authority that saw who the job is: a predicate that
 * says anything else, or leaves out where the source is from, is a lie about somebody else's build.
 * @throws InvalidProvenance
 */
export function checkAgreement(claimed: ClaimedBuild, build: BuildIdentity): void {
  const pairs: [what: string, claimed: string | undefined, certified: string | undefined][] = [
    ['repository', claimed.repository, build.repository],
    ['commit', claimed.commit ?? '', build.commit],
    ['ref', claimed.ref, build.ref],
    ['repository id', claimed.repositoryId, build.repositoryId],
    ['owner id', claimed.ownerId, build.ownerId],
    ['workflow', claimed.workflow, build.workflow],
    ['ref of the workflow', claimed.workflowRef, build.workflowRef],
  ]
  for (const [what, said, certified] of pairs) {
    // What the predicate leaves out, or a certificate of before 2023, cannot disagree.
    if (said === undefined || certified === undefined || said === certified) continue
    throw refuseProvenance(`its statement names the ${what} "${said}", and its certificate "${certified}"`)
  }
}
