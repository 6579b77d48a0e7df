import type { PeopleContext } from '../context.ts'

/** What requests are kept and answered with. */
export type Desk = Pick<PeopleContext, 'db' | 'clock' | 'log' | 'appview' | 'gateway'>
