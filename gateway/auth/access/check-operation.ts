import { AtollError } from '#common/errors/index.ts'
import { publish, publishStaged } from '#common/operations/index.ts'
import { coversPackage, type Session } from '../token/index.ts'

/**
 * Whether this token may ask for an operation at all; whether its account may is asked elsewhere.
 * @param operation.about the package, or `*` for what concerns the organisation
 * @param operation.staging nothing is published yet: it waits for somebody else
 * @throws TokenReadOnly, TokenStageOnly, TokenTooNarrow
 */
export function checkOperation(
  { rights, tokenName: token }: Pick<Session, 'rights' | 'tokenName'>,
  { procedure, about, staging = false }: { procedure: string; about: string; staging?: boolean | undefined },
): void {
  const what = describe(procedure, about, staging)
  if (rights.access === 'read-only') throw new AtollError('TokenReadOnly', { token, what })
  if (rights.access === 'read-write-stage-only' && !staging) throw new AtollError('TokenStageOnly', { token, what })
  if (rights.packages === undefined) return
  if (about === '*' || !coversPackage(rights, about)) {
    throw new AtollError('TokenTooNarrow', { token, what, packages: rights.packages.join(', ') })
  }
}

function describe(procedure: string, about: string, staging: boolean): string {
  if (staging) return `staging ${about}`
  if (procedure === publishStaged.procedure) return `approving or rejecting ${about}`
  return procedure === publish.procedure ? `publishing ${about}` : `this change of ${subjectOf(about)}`
}

function subjectOf(about: string): string {
  return about === '*' ? 'the organisation' : about
}
