import { verifyPublish } from '#common/ci/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { readPublisherUri } from '#common/operations/index.ts'
import { app } from '#lexicons'
import type { PublishFromCiContext } from './context.ts'

/**
 * The job's own ID token, made for exactly these bytes, is of a trusted publisher of this organisation; of a job without one,
 * verifyBuilt asks for more. The record is this PDS's own, where nothing gets in unapproved; the issuer's keys are fetched here.
 * @throws NotTrusted, JobTokenRefused, ReplayedToken, ComponentUnavailable
 */
export async function verifyJob(context: PublishFromCiContext): Promise<void> {
  const { input, operation, idToken, services } = context
  const { main } = app.npm.org.trustedPublisher
  const { org, rkey } = readPublisherUri(input.publisher)
  const found = org === operation.org ? await services.host.findRecord(org, main.$type, rkey) : undefined
  const publisher = found && main.safeParse(found.record)
  if (publisher?.success !== true) {
    throw new AtollError('NotTrusted', {
      package: input.name,
      reason: 'its organisation has no such trusted publisher',
    })
  }
  if (idToken !== undefined) await verifyPublish(services.jobs, publisher.value, { idToken, input })
  context.publisher = publisher.value
}
