import { createReadStream } from 'node:fs'
import { inspectTarball, limitsWith } from '#common/tarball/index.ts'
import type { PublishContext } from './context.ts'

/** @throws InvalidTarball when it cannot be read, InvalidOperation when it makes another record than the approved one */
export async function inspectUpload(context: PublishContext): Promise<void> {
  const { input, kind, operation, services, upload } = context
  if (upload === undefined) return
  const bytes = createReadStream(upload.path)
  try {
    context.tarball = await inspectTarball(bytes, limitsWith(services.host.config.tarballBytes))
  } finally {
    bytes.destroy()
  }
  kind.recordOf(operation.org, input, context.tarball)
}
