import type { Look, Verdict, VersionFacts } from '../verdict/index.ts'

/** Whether it may be installed, and why, in one sentence. */
export function sentenceOf(facts: VersionFacts, verdict: Verdict, looks: readonly Look[]): string {
  const what = `${facts.name}@${facts.version}`
  if (verdict.kind === 'allow') {
    const { warnings = [] } = verdict
    const but = warnings.length === 0 ? '' : `; but ${warnings.join('; ')}`
    return `${what} may be installed: ${reasons(facts, looks).join(', and ')}${but}.`
  }
  const { kind, check, reason, remedy, until } = verdict
  const state = kind === 'hold' ? 'is held' : 'is blocked'
  const end = until === undefined ? '' : ` until ${until}`
  return `${what} ${state}${end} by the check ${check}, because ${reason}; ${remedy}.`
}

function reasons(facts: VersionFacts, looks: readonly Look[]): string[] {
  const waived = looks.filter(({ outcome }) => outcome === 'waived').map(({ check }) => check)
  return [
    ...(facts.source === 'internal' && facts.judgement !== undefined
      ? [`${facts.judgement.handle ?? facts.judgement.attestedBy}, who was permitted to, attests it`]
      : []),
    ...(facts.inPublic?.attested === undefined
      ? []
      : [`${facts.inPublic.attested.by}, whom its organisation lists, attests it`]),
    ...(facts.inPublic?.parties === 'one' ? ['its account alone stands for it'] : []),
    waived.length === 0
      ? 'no check has anything against it'
      : `what ${waived.join(', ')} would have against it is waived`,
  ]
}
