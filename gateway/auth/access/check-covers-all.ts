import { AtollError } from '#common/errors/index.ts'
import type { Session } from '../token/index.ts'

/**
 * A token that is limited to packages answers questions about these alone.
 * @param what is asked about, which is no package
 * @throws TokenTooNarrow
 */
export function checkCoversAll(
  { rights, tokenName: token }: Pick<Session, 'rights' | 'tokenName'>,
  what: string,
): void {
  if (rights.packages === undefined) return
  throw new AtollError('TokenTooNarrow', { token, packages: rights.packages.join(', '), what })
}
