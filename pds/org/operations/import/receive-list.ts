import { BodyTooLarge, readBounded } from '#common/bodies/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { maxImportListBytes, readListOf } from '#common/imports/index.ts'
import type { ImportContext } from './context.ts'

/** @throws InvalidOperation when it is not the approved list, PayloadTooLarge */
export async function receiveList(context: ImportContext): Promise<void> {
  try {
    context.bytes = await readBounded(context.body, maxImportListBytes)
  } catch (cause) {
    if (cause instanceof BodyTooLarge)
      throw new AtollError('PayloadTooLarge', { limitBytes: maxImportListBytes }, cause)
    throw cause
  }
  context.list = readListOf(context.input, context.bytes)
}
