import { type Attested, isOlder, isPermitted } from '#common/authz/index.ts'
import type { Evidence } from './evidence.ts'
import type { ShownRight } from './read-right.ts'
import { rightsShown } from './rights-shown.ts'

/**
 * Whether the evidence makes an attestation one that somebody entitled made. From the registry's managers on each right has to be
 * approved by somebody who may manage by those before it, so the first needs a manager the registry named, and there are no
 * circles. Pure.
 * @returns what is wrong with it, or undefined when it does
 */
export async function weighEvidence(attested: Attested, evidence: Evidence): Promise<string | undefined> {
  let effective: ShownRight[] = []
  for (const right of evidence.rights) {
    if (!(await mayManage(right.approvedBy, effective, evidence)))
      return `${right.approvedBy}, who approved ${right.uri}, is not shown to manage the organisation`
    const superseded = effective.find(({ uri }) => uri === right.uri)
    if (isOlder(right.value, superseded?.value)) return `${right.uri} is older than what it would supersede`
    effective = [...effective.filter((other) => other !== superseded), right]
  }
  if (isPermitted(attested, await rightsShown(effective, evidence))) return undefined
  return `what is shown does not entitle ${attested.author} to publish ${attested.name}`
}

async function mayManage(did: string, effective: readonly ShownRight[], evidence: Evidence): Promise<boolean> {
  // Nearly always; Casbin takes a millisecond to begin.
  if (evidence.managers.includes(did)) return true
  const { enforcer } = await rightsShown(effective, evidence)
  return enforcer.allows(did, 'manage', '*')
}
