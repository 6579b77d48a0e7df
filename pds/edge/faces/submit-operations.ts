import { AtollError } from '#common/errors/index.ts'
import type { FaceContext } from './context.ts'
import { startsWith } from './keep-operations.ts'

/**
 * What the public directory does not have yet. It takes what anybody submits who holds a key, so what it has is compared first.
 * @throws FaceDiffers when it has something else; DirectoryUnavailable, DirectoryRefused
 */
export async function submitOperations({ did, operations, directory }: FaceContext): Promise<void> {
  const there = await directory.logOf(did)
  if (there.length > operations.length) throw new AtollError('FaceDiffers', { did, reason: 'it has gone on since' })
  if (!startsWith(operations, there)) throw new AtollError('FaceDiffers', { did })
  for (const operation of operations.slice(there.length)) await directory.submit(did, operation)
}
