import { counter, gauge, type Metrics } from '#common/metrics/index.ts'
import { activeGrants } from './break-glass/index.ts'
import type { PeopleContext } from './context.ts'

export const peopleInstruments = {
  answers: counter('atoll_approvals_total', 'Approvals that were asked for, and how they were answered.', ['outcome']),
  waiting: gauge('atoll_approvals_waiting', 'Approvals that wait for their person.'),
  breakGlass: gauge(
    'atoll_break_glass_active',
    'Who manages an organisation by break-glass: worth an alert when not 0.',
  ),
} as const

/** What an operator wants to know of the people PDS, beside its requests and writes. */
export function measurePeople(metrics: Metrics, context: PeopleContext): void {
  const { db, clock, answers } = context
  metrics.observe(peopleInstruments.breakGlass, async () => (await activeGrants(context)).length)
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
