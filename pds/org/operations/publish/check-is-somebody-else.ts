import { AtollError } from '#common/errors/index.ts'
import { required } from '../context.ts'
import type { PublishStagedContext } from './context.ts'

/** Staging would be no second pair of eyes if they were the same. @throws OwnStage */
export async function checkIsSomebodyElse({ caller, input }: PublishStagedContext): Promise<void> {
  const { did } = required(caller, 'verifyCaller')
  if (did === input.stagedBy) throw new AtollError('OwnStage', { package: input.name, version: input.version })
}
