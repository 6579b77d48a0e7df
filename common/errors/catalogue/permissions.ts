import { because, type Entries } from './entry.ts'

/** Who asks is known, and may not. */
export const permissions = {
  Forbidden: {
    status: 403,
    message: (p) =>
      `${p['actor']} may not ${p['action']} ${p['package']}: the permission "${p['missing']}" is missing. Ask somebody who manages ${p['org']}.`,
  },
  BreakGlassForbids: {
    status: 403,
    message: (p) =>
      `${p['actor']} manages ${p['org']} by break-glass, which is for changing rights: what cannot be taken back they may not do while it lasts. Ask somebody else who manages ${p['org']}; where there is nobody, give somebody that right first ("atoll permission add").`,
  },
  ProofNamesOthers: {
    status: 403,
    message: () =>
      'This proof names packages that you, or this token, may not read, so it is not shown. Verify with a token of somebody who may read everything of the organisation.',
  },
  AddressNotAllowed: {
    status: 403,
    message: (p) => `This token may not be used from ${p['address']}, which is the address this request came from.`,
  },
  TokenReadOnly: {
    status: 403,
    message: (p) => `The token "${p['token']}" may only read, and ${p['what']} writes. Use a token that may write.`,
  },
  TokenStageOnly: {
    status: 403,
    message: (p) =>
      `The token "${p['token']}" may only stage releases, and ${p['what']} is more than that. Use "npm stage publish", or a token that may write.`,
  },
  TokenTooNarrow: {
    status: 403,
    message: (p) => `The token "${p['token']}" is limited to ${p['packages']}, which does not cover ${p['what']}.`,
  },
  TokenLimited: {
    status: 403,
    message: (p) =>
      `The token "${p['token']}" is limited, and a limited token neither makes nor sees other tokens. Use the one "npm login" gave you.`,
  },
  SelectionChanged: {
    status: 409,
    message: () =>
      'Some of what you selected does not wait for you any more, or was never shown to you. Nothing was approved: load the page again.',
  },
  JobTokenRefused: { status: 401, message: (p) => `The job's ID token was refused${because(p)}.` },
  NoRuleMatches: {
    status: 403,
    message: (p) => `No rule in "ci.issuers" of this registry lets this job in${because(p)}.`,
  },
  NotYours: { status: 403, message: () => 'Somebody else asked for this, and only they may approve it.' },
  NotEnrolled: {
    status: 403,
    message: () =>
      'Your account is not confirmed yet: the organisation PDS or the identity provider did not answer. Load the page again in a minute.',
  },
  AccountDisabled: {
    status: 403,
    message: (p) =>
      `The account ${p['handle'] ?? p['did'] ?? ''} is disabled: it signs in and approves nothing. An administrator of this registry can enable it again.`,
  },
  OperationDenied: { status: 403, message: () => 'This was denied on the approval page.' },
  StepUpRejected: { status: 403, message: (p) => `The identity provider's confirmation does not count${because(p)}.` },
  PasskeyNotAccepted: { status: 403, message: (p) => `The passkey was not accepted${because(p)}.` },
  NotAttested: { status: 403, message: (p) => `No valid attestation for ${p['subject']} was found${because(p)}.` },
  AlreadyBound: {
    status: 409,
    message: () => 'This identity is already bound to another account. Changing a binding takes two administrators.',
  },
  HandleTaken: { status: 409, message: (p) => `The handle ${p['handle']} is taken; handles are never reissued.` },
  RecordExists: { status: 409, message: (p) => `${p['uri']} is already there and is something else.` },
  WriteNotApproved: { status: 403, message: () => 'Repositories here are written by approved operations only.' },

  PersonNotFound: {
    status: 404,
    message: (p) => `Nobody here is called "${p['person']}": say the handle they sign in with.`,
  },
  OwnedOtherwise: {
    status: 403,
    message: (p) =>
      `${p['person']} was not made an owner of ${p['package']} by a rule of their own${because(p)}. Change that with "atoll permission" or "atoll team".`,
  },

  TeamExists: {
    status: 409,
    message: (p) =>
      `${p['org']} has a team "${p['team']}" already: add people with "npm team add" or "atoll team add".`,
  },
} as const satisfies Entries
