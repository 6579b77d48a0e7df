import type { FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'

/** Which button was pressed. @throws InvalidRequest when it was none of these */
export function decisionOf<Decision extends string>(
  { body }: Pick<FastifyRequest, 'body'>,
  choices: readonly Decision[],
): Decision {
  const sent = (body as Record<string, unknown> | undefined)?.['decision']
  const decision = choices.find((choice) => choice === sent)
  if (decision === undefined) throw new AtollError('InvalidRequest', { reason: 'it does not say what was decided' })
  return decision
}
