import { closest } from 'fastest-levenshtein'

/** What a value of a label does where no policy says otherwise (DESIGN §5). */
export type LabelEffect = 'block' | 'warn' | 'note'

export interface LabelMeaning {
  val: string
  effect: LabelEffect
  /** One sentence, for people who choose among them. */
  meaning: string
}

/** The words of the company's own labeler. Others may say whatever their entry in the settings lets them. */
export const labelVocabulary = [
  { val: 'malware', effect: 'block', meaning: 'It does harm on purpose.' },
  { val: 'revoked', effect: 'block', meaning: 'It must not be installed any more, for the reason given.' },
  { val: 'quarantine', effect: 'block', meaning: 'It is being looked into, and is not installed until that is over.' },
  { val: 'advisory', effect: 'warn', meaning: 'It has a weakness that its users should know of.' },
  { val: 'deprecated', effect: 'warn', meaning: 'Something else should be used instead.' },
  { val: 'unmaintained', effect: 'warn', meaning: 'Nobody looks after it any more.' },
  { val: 'experimental', effect: 'note', meaning: 'It is not meant for production yet.' },
  { val: 'audited', effect: 'note', meaning: 'Somebody of the company has read it.' },
  { val: 'recommended', effect: 'note', meaning: 'It is what the company uses for its purpose.' },
] as const satisfies readonly LabelMeaning[]

/** Undefined for values that are not ours. */
export function meaningOf(val: string): LabelMeaning | undefined {
  return labelVocabulary.find((entry) => entry.val === val)
}

/** What somebody who wrote this probably meant. */
export function nearestValue(val: string): string {
  return closest(
    val.slice(0, 128),
    labelVocabulary.map((entry) => entry.val),
  )
}
