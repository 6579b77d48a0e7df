import { AtollError } from '#common/errors/index.ts'

/** What an outbound says of its failures may be shown. */
export function reasonOf(cause: unknown): string {
  const reason = cause instanceof AtollError ? cause.details['reason'] : undefined
  return typeof reason === 'string' ? reason : 'it does not answer'
}
