import { setTimeout as delay } from 'node:timers/promises'
import { AtollError } from '#common/errors/index.ts'

const attempts = 4
const firstDelayMs = 500

/** Tries again what failed because somebody did not answer, and may the next moment. */
export async function retrying<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof AtollError) || error.status < 500 || attempt === attempts) throw error
    }
    await delay(firstDelayMs * 2 ** (attempt - 1))
  }
}
