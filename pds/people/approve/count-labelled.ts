import { putLabels } from '#common/operations/index.ts'
import type { Operation } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'

/** How much a label is about now. */
export interface Labelled {
  total: number
  /** The newest of them. */
  versions: readonly string[]
}

const timeoutMs = 5_000

/** Asked of the AppView, for people to judge by; undefined when it does not say, or the label is about something else. */
export async function countLabelled(
  { appview, log }: PeopleContext,
  operation: Operation,
): Promise<Labelled | undefined> {
  if (operation.procedure !== putLabels.procedure) return undefined
  const { subject: about, range, versions } = putLabels.parseInput(operation.input)
  if (versions !== undefined || about.startsWith('did:')) return undefined
  try {
    const params = { about, ...(range === undefined ? {} : { range }) }
    const { total, versions: newest } = await appview.call(app.npm.registry.findLabelled, { params, timeoutMs })
    return { total, versions: newest }
  } catch (err) {
    log.warn({ err }, 'what a label is about cannot be counted at the moment')
    return undefined
  }
}
