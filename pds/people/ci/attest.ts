import { writeWitness } from '../attest/index.ts'
import { type JobContext, required } from './context.ts'

/** The attestation, and the approval of the tag, in the publisher's own repository. @throws RecordExists */
export async function attest({ people, operation, op, write, did }: JobContext): Promise<void> {
  const at = required(write, 'buildVersion')
  await writeWitness(people, { did: required(did, 'ensureAccount'), operation, op, write: at, method: 'ci' })
}
