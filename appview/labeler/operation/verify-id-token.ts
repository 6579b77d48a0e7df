import type { LabelingContext } from './context.ts'

/** @throws StepUpRejected, ComponentUnavailable */
export async function verifyIdToken(context: LabelingContext): Promise<void> {
  context.confirmation = await context.services.idTokens.verify(context.idToken)
}
