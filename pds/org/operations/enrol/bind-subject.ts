import type { EnrolInput } from '#common/operations/index.ts'
import type { OperationContext } from '../context.ts'

/** @throws AlreadyBound */
export async function bindSubject({ input, services }: OperationContext<EnrolInput>): Promise<void> {
  await services.bindings.bind(input)
  services.host.log.info({ issuer: input.issuer, did: input.did }, 'person enrolled')
}
