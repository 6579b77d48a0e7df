import type { Readable } from 'node:stream'
import { AtollError } from '#common/errors/index.ts'
import { BodyCutter } from '../../body-cutter.ts'
import type { PublishContext } from './context.ts'

/**
 * To a file of its own, which goes away with the operation unless the repository takes it over. What says where it was built
 * comes behind it, and gets another.
 * @throws PayloadTooLarge; InvalidRequest when both are not as long as the operation says
 */
export async function storeUploads(context: PublishContext): Promise<void> {
  const { body, input, opened, repeated, services } = context
  if (repeated) return
  const limitBytes = services.host.config.tarballBytes
  if (input.size > limitBytes) throw new AtollError('PayloadTooLarge', { limitBytes })
  const receive = async (part: Readable, bytes: number) => opened.use(await services.host.receiveUpload(part, bytes))
  if (input.provenance === undefined) {
    context.upload = await receive(body, input.size)
    return
  }
  const cutter = new BodyCutter(body)
  context.upload = await receive(cutter.next(input.size), input.size)
  context.bundle = await receive(cutter.next(input.provenance.size), input.provenance.size)
  await cutter.end()
}
