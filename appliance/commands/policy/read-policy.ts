import { UsageError } from '#appliance/failures.ts'
import { layOverPreset, type Policy, policySchema } from '#common/policy/index.ts'

/** The policy in what somebody wrote: all of an atoll.yaml, or what stands under `policy:`. @throws UsageError */
export async function readPolicy(written: unknown, from: string): Promise<Policy> {
  const isWhole = typeof written === 'object' && written !== null && 'policy' in written
  const parsed = policySchema.safeParse(layOverPreset((isWhole ? written.policy : written) ?? {}))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new UsageError(`${from} is no policy: ${issue?.path.join('.')} ${issue?.message}`)
}
