import type { OperationContext } from './context.ts'

/** The IdP made the token that came along, for us and just now. What it says is judged by the step after. */
export async function verifyIdToken(context: OperationContext): Promise<void> {
  context.confirmation = await context.services.idTokens.verify(context.idToken)
}
