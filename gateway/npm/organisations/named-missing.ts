import { AtollError } from '#common/errors/index.ts'

/**
 * What is not there, and what somebody may not see, is missing under the name they asked for: the same answer for both.
 * @param what such as "The team acme.test:tools"
 */
export async function namedMissing<Answer>(what: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof AtollError) || error.code !== 'NotFound') throw error
    throw new AtollError('NotFound', { package: what }, error)
  }
}
