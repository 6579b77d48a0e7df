import { verifyPublish } from '#common/ci/index.ts'
import { type JobContext, required } from './context.ts'

/** @throws NotTrusted, JobTokenRefused, ReplayedToken, ComponentUnavailable */
export async function verifyJob({ people, publisher, idToken, input }: JobContext): Promise<void> {
  await verifyPublish(people.jobs, required(publisher, 'findPublisher'), { idToken, input })
}
