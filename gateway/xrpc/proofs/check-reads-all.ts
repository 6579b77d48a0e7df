import { AtollError } from '#common/errors/index.ts'
import { forEachBounded } from '#common/slots/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { mayRead } from './may-read.ts'

const questionsAtOnce = 4

/** @throws ProofNamesOthers */
export async function checkReadsAll(
  peers: GatewayContext['peers'],
  session: Session,
  { org, names }: { org: string; names: ReadonlySet<string> },
): Promise<void> {
  await forEachBounded(names, questionsAtOnce, async (name) => {
    if (!(await mayRead(peers, session, { org, name }))) throw new AtollError('ProofNamesOthers')
  })
}
