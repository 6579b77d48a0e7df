import { z } from 'zod'

const bundleSchema = z.object({ dsseEnvelope: z.object({ payload: z.base64() }) })
const statementSchema = z.object({ predicateType: z.string().max(1_000) })

/** What kind of statement a Sigstore bundle holds, as it says of itself. @throws Error for what is no bundle of a statement */
export function predicateTypeOf(bundle: unknown): string {
  const { payload } = bundleSchema.parse(bundle).dsseEnvelope
  return statementSchema.parse(JSON.parse(Buffer.from(payload, 'base64').toString('utf8'))).predicateType
}
