import type { Operation } from '@did-plc/lib'
import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'

const short = z.string().max(512)

const operationSchema = z.strictObject({
  type: z.literal('plc_operation'),
  rotationKeys: z.array(short).max(10),
  verificationMethods: z.record(short, short),
  alsoKnownAs: z.array(short).max(10),
  services: z.record(short, z.strictObject({ type: short, endpoint: short })),
  prev: short.nullable(),
  sig: short,
})
const operationsSchema = z.array(operationSchema).length(2)

/** @throws InvalidOperation for anything but two operations of did:plc with no more in them than it knows */
export function parseOperations(operations: unknown): Operation[] {
  const parsed = operationsSchema.safeParse(operations)
  if (!parsed.success) throw new AtollError('InvalidOperation', { reason: 'not operations of did:plc' }, parsed.error)
  return parsed.data
}
