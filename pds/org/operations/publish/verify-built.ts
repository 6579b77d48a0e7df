import { verifyBuilt as verify } from '#common/ci/index.ts'
import { required } from '../context.ts'
import type { PublishFromCiContext } from './context.ts'

/**
 * Without an ID token for these bytes, their provenance has to be of the trusted publisher's job. What is there already is not
 * written again.
 * @throws NotTrusted, JobTokenRefused
 */
export async function verifyBuilt({
  idToken,
  input,
  provenance,
  publisher,
  repeated,
  services,
}: PublishFromCiContext): Promise<void> {
  if (idToken !== undefined || repeated === true) return
  verify(services.jobs, required(publisher, 'verifyJob'), { name: input.name, provenance })
}
