import { AtollError } from '#common/errors/index.ts'
import { publish } from '#common/operations/index.ts'
import { coversPackage, type Session } from '../token/index.ts'

/**
 * Whether this token may ask for an operation at all; whether its account may is asked elsewhere.
 * @param operation.about the package, or `*` for what concerns the organisation
 * @throws TokenReadOnly, TokenStageOnly, TokenTooNarrow
 */
export function checkOperation(
  { rights, tokenName: token }: Pick<Session, 'rights' | 'tokenName'>,
  { procedure, about }: { procedure: string; about: string },
): void {
  const what = procedure === publish.procedure ? `publishing ${about}` : `this change of ${subjectOf(about)}`
  if (rights.access === 'read-only') throw new AtollError('TokenReadOnly', { token, what })
  if (rights.access === 'read-write-stage-only') throw new AtollError('TokenStageOnly', { token, what })
  if (rights.packages === undefined) return
  if (about === '*' || !coversPackage(rights, about)) {
    throw new AtollError('TokenTooNarrow', { token, what, packages: rights.packages.join(', ') })
  }
}

function subjectOf(about: string): string {
  return about === '*' ? 'the organisation' : about
}
