import { importPackages } from '#common/operations/index.ts'
import { fetchList } from '../../imports/index.ts'
import type { FinishContext } from './step.ts'

/**
 * Has every version of an import's list attested. That takes seconds to minutes and goes on by itself: the code is released
 * before, because what the IdP signed is fresh for two minutes only, and the org PDS waits for each attestation anyway.
 */
export async function attestImport({ people, approval }: Pick<FinishContext, 'people' | 'approval'>): Promise<void> {
  const { did, operation, op } = approval
  const { bytes } = await fetchList(people, importPackages.parseInput(operation.input))
  await people.imports.begin({ did, operation, op, list: bytes })
}
