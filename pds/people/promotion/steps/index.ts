import type { ProjectionStep } from '../context.ts'
import { chooseAuthors } from './choose-authors.ts'
import { pushAttestations } from './push-attestations.ts'
import { verifyDecision } from './verify-decision.ts'

/** What the people PDS does before anybody is named in public. It believes the org PDS nothing. */
export const projectionSteps: readonly ProjectionStep[] = [
  verifyDecision, // two people, entitled to, asked for and approved exactly this, on this PDS
  chooseAuthors, // who agreed to be named; else who approved the promotion
  pushAttestations, // their public identities, and the attestations as they are
]
