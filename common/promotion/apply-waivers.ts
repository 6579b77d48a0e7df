import { AtollError } from '#common/errors/index.ts'
import { meaningOfCode } from './checks.ts'
import type { Finding } from './finding.ts'
import { maxReasonLength, maxWaivers } from './limits.ts'

/** Somebody says of warnings why they do not matter. */
export interface Waiver {
  code: string
  /** Narrows it down; absent: in every version. */
  version?: string
  /** Narrows it down; absent: in every file. */
  file?: string
  reason: string
}

export interface Waived {
  /** What still stops the promotion. */
  open: Finding[]
  waived: (Finding & { reason: string })[]
  /** What waived nothing: the thing has been changed meanwhile, or the place is mistyped. */
  unused: Waiver[]
}

/**
 * Errors stay, whatever is said of them. Of several waivers for a finding the first counts. Pure.
 * @throws InvalidWaiver for an unknown code, one of an error, and a reason that is empty or too long
 */
export function applyWaivers(findings: readonly Finding[], waivers: readonly Waiver[]): Waived {
  checkWaivers(waivers)
  const used = new Set<Waiver>()
  const open: Finding[] = []
  const waived: Waived['waived'] = []
  for (const finding of findings) {
    const waiver = finding.severity === 'error' ? undefined : waivers.find((one) => covers(one, finding))
    if (waiver === undefined) open.push(finding)
    else {
      used.add(waiver)
      waived.push({ ...finding, reason: waiver.reason.trim() })
    }
  }
  return { open, waived, unused: waivers.filter((one) => !used.has(one)) }
}

/** Where waivers come in, before there is a report to hold them against. @throws InvalidWaiver */
export function checkWaivers(waivers: readonly Waiver[]): void {
  if (waivers.length > maxWaivers) refuse('*', `there are more than ${maxWaivers}`)
  for (const { code, reason } of waivers) {
    const meaning = meaningOfCode(code)
    if (meaning === undefined)
      refuse(code, 'no check of the preflight has this code; docs/promotion-checks.md lists them')
    if (meaning.severity === 'error') refuse(code, 'errors cannot be waived: change what it is about')
    const length = reason.trim().length
    if (length === 0) refuse(code, 'it needs a reason')
    if (length > maxReasonLength) refuse(code, `its reason is longer than ${maxReasonLength} characters`)
  }
}

function covers({ code, version, file }: Waiver, finding: Finding): boolean {
  if (code !== finding.code) return false
  return (version ?? finding.version) === finding.version && (file ?? finding.file) === finding.file
}

function refuse(code: string, reason: string): never {
  throw new AtollError('InvalidWaiver', { code: code.slice(0, 100), reason })
}
