import { noteGroups as note } from '../../groups/index.ts'
import type { FinishContext } from './step.ts'

/** Before the witness, so that nobody judges it by groups the provider no longer speaks of. */
export async function noteGroups({
  people,
  session,
  round,
}: Pick<FinishContext, 'people' | 'session' | 'round'>): Promise<void> {
  if (round.answer !== undefined) await note(people, session.did, round.issuer, round.answer)
}
