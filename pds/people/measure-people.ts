import { counter, gauge, type Metrics } from '#common/metrics/index.ts'
import type { PeopleContext } from './context.ts'

export const peopleInstruments = {
  answers: counter('atoll_approvals_total', 'Approvals that were asked for, and how they were answered.', ['outcome']),
  waiting: gauge('atoll_approvals_waiting', 'Approvals that wait for their person.'),
} as const

/** What an operator wants to know of the people PDS, beside its requests and writes. */
export function measurePeople(metrics: Metrics, { db, clock, answers }: PeopleContext): void {
  metrics.observe(peopleInstruments.answers, () => answers.readings)
  metrics.observe(peopleInstruments.waiting, async () => {
    const { waiting } = await db
      .selectFrom('approval')
      .select((e) => e.fn.countAll<number>().as('waiting'))
      .where('state', '=', 'open')
      .where('expires_at', '>', new Date(clock.now()))
      .executeTakeFirstOrThrow()
    return waiting
  })
}
