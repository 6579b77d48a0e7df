import { AtollError } from '#common/errors/index.ts'
import type { PublishContext } from './context.ts'

/** To a file of its own, which goes away with the operation unless the repository takes it over. @throws PayloadTooLarge */
export async function storeTarball(context: PublishContext): Promise<void> {
  const { body, input, opened, repeated, services } = context
  if (repeated) return
  const limitBytes = services.host.config.tarballBytes
  if (input.size > limitBytes) throw new AtollError('PayloadTooLarge', { limitBytes })
  // The approved record says how many bytes there are; one more is too many.
  context.upload = opened.use(await services.host.receiveUpload(body, input.size))
}
