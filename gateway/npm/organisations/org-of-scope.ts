import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import type { Organisation } from '../find-organisation.ts'

/**
 * npm names organisations by a scope: their handle, or one they were granted.
 * @param scope with or without its @
 * @throws NotFound, NotReady, ComponentUnavailable
 */
export async function orgOfScope(
  { lookup }: Pick<GatewayContext, 'lookup'>,
  session: Session,
  scope: string,
): Promise<Organisation> {
  const missing = new AtollError('NotFound', { package: `The organisation ${scope.slice(0, 100)}` })
  // Any name of the scope will do: a scope belongs to one organisation as a whole.
  const name = attempt(() => parsePackageName(`@${scope.replace(/^@/, '')}/any`).name)
  if (name === undefined) throw missing
  const { source, org, handle } = await lookup.resolve(name, session)
  if (source !== 'private' || org === undefined) throw missing
  return { did: org, handle: handle ?? org }
}

function attempt<Value>(parse: () => Value): Value | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}
