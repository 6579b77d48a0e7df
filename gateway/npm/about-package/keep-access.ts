import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'

/** How every package here is, in the fields of libnpmaccess. */
export const privateAccess = { access: 'restricted', publish_requires_tfa: true, automation_token_overrides_tfa: false }

const wantedSchema = z
  .strictObject({
    access: z.enum(['restricted', 'private', 'public']),
    publish_requires_tfa: z.boolean(),
    automation_token_overrides_tfa: z.boolean(),
  })
  .partial()

/**
 * `npm access set status=private` and `mfa=publish` ask for what is so already.
 * @throws NotSupported for anything else, InvalidRequest
 */
export function keepAccess(body: unknown): void {
  const parsed = wantedSchema.safeParse(body)
  if (!parsed.success) throw new AtollError('InvalidRequest', { reason: 'that is no access of a package' })
  const { access, publish_requires_tfa: mfa, automation_token_overrides_tfa: overrides } = parsed.data
  if (access === 'public') {
    const reason = 'packages here are read by the people of this registry who may read them'
    throw new AtollError('NotSupported', { what: 'Making a package public', reason })
  }
  if (mfa === false || overrides === true) {
    const reason = 'every publish is approved with one, whatever the token'
    throw new AtollError('NotSupported', { what: 'Publishing without a second factor', reason })
  }
}
