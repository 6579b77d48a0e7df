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
  'identity-unproven': {
    level: 'error',
    title: 'The operation log of an account of the public network does not verify',
    help: 'Do not install it. Tell whoever keeps the registry: it, or the public directory, shows what nobody signed.',
  },
  'foreign-scope': {
    level: 'error',
    title: 'A package has the scope of another account',
    help: 'Do not install it: the account that the lockfile pins never had the handle that the scope names.',
  },
  'foreign-record': {
    level: 'error',
    title: 'What is shown as the record of a version is the record of something else',
    help: 'Do not install it. Tell whoever keeps the registry.',
  },
  'not-listed': {
    level: 'error',
    title: 'Who attests a version is not among the publishers that its organisation lists',
    help: 'Ask whoever publishes it: only the list of today can be proven, so versions of somebody who left it fail as well.',
  },
  'not-attested': {
    level: 'error',
    title: 'No publisher that its organisation lists attests a version',
    help: 'Do not install it. "atoll trust <package>@<version>" shows what is known about it.',
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
  'single-party': {
    level: 'warning',
    title: 'Nobody but the account that publishes it stands for a version',
    help: 'Whoever breaks into that account can publish as it. Whether such versions are let in, policy decides (policy.public.singleParty).',
  },
  'unpinned-publisher': {
    level: 'warning',
    title: 'The lockfile does not pin the publisher of a package that has one',
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
   * Both halves were proven, and that who attested it was entitled to, or is that believed; of the public network, all that its account
   * says; or it is of a registry, and ours lets it be installed.
   */
  state: 'proven' | 'believed' | 'allowed' | 'failed'
  /** Of what is proven, in which network it is. */
  network?: 'private' | 'public' | undefined
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
