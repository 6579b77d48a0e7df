import { TemporaryFile } from '../../files/index.ts'
import type { ReceivedTarball } from '../../operations/index.ts'
import type { PublishRequest } from './context.ts'

/** A file to park. Disposing of it removes it, unless it was parked. */
export async function writeBundle(
  { parked }: PublishRequest['gateway'],
  bundle: Uint8Array,
): Promise<ReceivedTarball & AsyncDisposable> {
  const file = await TemporaryFile.create(parked.folder)
  await file.write(bundle)
  const digests = await file.finish()
  return { file, digests, [Symbol.asyncDispose]: () => file[Symbol.asyncDispose]() }
}
