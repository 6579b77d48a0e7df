import type { Believed } from './anchors.ts'
import type { Locked } from './lockfiles/locked.ts'

/** What can be wrong, under the name it has in SARIF, and what somebody does about it. */
export const rules = {
  'foreign-origin': {
    level: 'error',
    title: 'A tarball comes from another host than the registry',
    help: 'Install it again through the registry, so that policy and proofs apply to it.',
  },
  'unknown-publisher': {
    level: 'error',
    title: 'A package belongs to an organisation that is not among the anchors',
    help: 'If that is wanted, write the anchors anew with "atoll verify --init" and have the change reviewed.',
  },
  'not-proven': {
    level: 'error',
    title: 'A version record or its attestation does not verify',
    help: 'Do not install it. "atoll trust <package>@<version>" shows what is known about it.',
  },
  'not-entitled': {
    level: 'error',
    title: 'The rights of who attested a version do not verify',
    help: 'Do not install it: what is shown does not make them entitled. Tell whoever keeps the registry.',
  },
  'entitlement-unshown': {
    level: 'error',
    title: 'Nothing shows that who attested a version was entitled to',
    help: 'Ask somebody who manages the organisation. If it is known why, "atoll verify --believe" pins exactly this record in the anchors.',
  },
  'other-bytes': {
    level: 'error',
    title: 'The lockfile pins other bytes than were published',
    help: 'Do not install it: the lockfile, or what it was made from, was changed.',
  },
  'not-allowed': {
    level: 'error',
    title: 'Policy does not let a version be installed',
    help: 'Install another version, or ask for an exception.',
  },
  revoked: {
    level: 'error',
    title: 'A version that is installed was revoked since',
    help: 'Remove it: install another version. "atoll trust <package>@<version>" shows why.',
  },
  missing: {
    level: 'error',
    title: 'The registry has no such version',
    help: 'It may be withdrawn, unreadable for you, or never have been there. Lock another version.',
  },
  unanswered: {
    level: 'error',
    title: 'A version could not be checked',
    help: 'Run the command again when the registry answers.',
  },
  'entitlement-believed': {
    level: 'warning',
    title: 'That who attested a version was entitled to is believed, as the anchors say',
    help: 'Take it out of "believed" in the anchors when it is not used any more; or "rights" of the organisation, when you may see them.',
  },
  'no-integrity': {
    level: 'warning',
    title: 'The lockfile pins no bytes of a version',
    help: 'Lock it again with a current package manager; yarn 2 and later never pin the bytes of the tarball.',
  },
  'unpinned-publisher': {
    level: 'warning',
    title: 'The lockfile does not pin the publisher of an internal package',
    help: 'Lock it again through this registry: its tarball URLs begin with the DID of the organisation.',
  },
} as const satisfies Record<string, { level: 'error' | 'warning'; title: string; help: string }>
export type Rule = keyof typeof rules

/** What is wrong with one package, or not quite right. */
export interface Finding {
  rule: Rule
  reason: string
}

/** What came out about one package of a lockfile. */
export interface Outcome {
  locked: Locked
  /**
   * Both halves were proven, and that who attested it was entitled to, or is that believed; or it is not ours, and the registry
   * lets it be installed.
   */
  state: 'proven' | 'believed' | 'allowed' | 'failed'
  findings: Finding[]
  /** What somebody may decide to believe: nothing else is wrong with it. */
  believable?: Believed | undefined
}

/** What failed, for the rule it failed by. */
export class Failed extends Error {
  readonly rule: Rule

  constructor(rule: Rule, reason: string) {
    super(reason)
    this.rule = rule
  }
}

/** Nothing shows that somebody was entitled. */
export class Unshown extends Failed {
  readonly believable: Believed

  constructor(reason: string, believable: Believed) {
    super('entitlement-unshown', reason)
    this.believable = believable
  }
}
