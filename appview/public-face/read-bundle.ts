import { z } from 'zod'

const bundleSchema = z.object({ dsseEnvelope: z.object({ payload: z.base64() }) })
const statementSchema = z.object({ predicateType: z.string().max(1_000) })

/** A Sigstore bundle, and what kind of statement it says it holds. @returns undefined for what is none */
export function readBundle(bytes: Uint8Array): { predicateType: string; bundle: unknown } | undefined {
  try {
    const bundle: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    const { payload } = bundleSchema.parse(bundle).dsseEnvelope
    const statement: unknown = JSON.parse(Buffer.from(payload, 'base64').toString('utf8'))
    return { predicateType: statementSchema.parse(statement).predicateType, bundle }
  } catch {
    return undefined
  }
}
