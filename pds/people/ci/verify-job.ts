import { verifyBuilt, verifyPublish } from '#common/ci/index.ts'
import { type JobContext, required } from './context.ts'

/**
 * By the job's ID token; without one, by its provenance.
 * @throws NotTrusted, JobTokenRefused, ReplayedToken, ComponentUnavailable
 */
export async function verifyJob({ people, publisher, idToken, input, provenance }: JobContext): Promise<void> {
  const trusted = required(publisher, 'findPublisher')
  if (idToken === undefined) verifyBuilt(people.jobs, trusted, { name: input.name, provenance })
  else await verifyPublish(people.jobs, trusted, { idToken, input })
}
