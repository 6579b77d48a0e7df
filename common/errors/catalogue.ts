/** What a message may say about the thing that went wrong. */
export type ErrorDetails = Record<string, string | number | boolean | undefined>

interface CatalogueEntry {
  /** HTTP status; for routes npm calls, the one npm expects. */
  status: number
  message: (p: ErrorDetails) => string
}

const spec = (p: ErrorDetails) =>
  `${p['package'] ?? 'this package'}${p['version'] === undefined ? '' : `@${p['version']}`}`
const because = (p: ErrorDetails) => (p['reason'] === undefined ? '' : `: ${p['reason']}`)

/** Every error a client can see: a stable code, a status, and a sentence that names the thing and the way out. */
export const catalogue = {
  // Requests
  InvalidRequest: { status: 400, message: (p) => `The request is not valid${because(p)}.` },
  InvalidName: { status: 400, message: (p) => `"${p['package']}" is not a valid package name${because(p)}.` },
  InvalidVersion: {
    status: 400,
    message: (p) => `"${p['version']}" is not a version this registry accepts${because(p)}.`,
  },
  InvalidTarball: {
    status: 400,
    message: (p) => `The tarball of ${spec(p)} was refused${because(p)}. Nothing was stored.`,
  },
  RepoNotFound: { status: 400, message: (p) => `There is no repository of ${p['did']} here.` },
  InvalidOperation: { status: 400, message: (p) => `The operation is not valid${because(p)}.` },
  PayloadTooLarge: {
    status: 413,
    message: (p) => `The upload is larger than the ${p['limitBytes']} bytes allowed here. Nothing was stored.`,
  },
  NotSupported: { status: 405, message: (p) => `${p['what']} is not supported here yet${because(p)}.` },
  MethodNotFound: { status: 404, message: (p) => `There is no ${p['method'] ?? 'such method'} here.` },
  TooManyRequests: {
    status: 429,
    message: () => 'Too many requests are open: finish or abandon one, or try again in a few minutes.',
  },

  // Who asks
  AuthRequired: { status: 401, message: () => 'This registry needs a sign-in: run "npm login".' },
  InvalidToken: { status: 401, message: (p) => `The access token is not valid${because(p)}: run "npm login".` },
  StaleToken: { status: 401, message: (p) => `The token was refused${because(p)}.` },
  ReplayedToken: { status: 401, message: () => 'The token was used before; each counts once.' },
  UntrustedIssuer: { status: 401, message: (p) => `${p['issuer']} may not call this.` },
  OneTimePasswordRequired: { status: 401, message: () => 'You must approve this in your browser.' },
  InvalidCode: {
    status: 401,
    message: () =>
      'This one-time code is not valid for this operation, was used, or has expired: run the command again.',
  },
  ExpiredHandle: { status: 404, message: () => 'This link was used or has expired: run the command again.' },

  // Of machines without a browser; 400 is what RFC 6749 (section 5.2) has for all of them.
  DeviceCodePending: { status: 400, message: () => 'Nobody has confirmed this sign-in yet: ask again later.' },
  DevicePolledTooFast: {
    status: 400,
    message: (p) => `Nobody has confirmed this sign-in yet: ask again every ${p['seconds']} seconds, not sooner.`,
  },
  DeviceCodeExpired: { status: 400, message: () => 'This code was used or has expired: run the command again.' },
  UnsupportedGrant: { status: 400, message: (p) => `Here is no grant of the type ${p['grant']}.` },
  SignInRefused: {
    status: 400,
    message: () => 'The sign-in was refused on its page: run the command again if it was you who asked.',
  },
  OtherAddressRefused: {
    status: 403,
    message: (p) =>
      `This sign-in was asked for from ${p['requester']}, and this browser comes from ${p['address']}: here both have to be the same ("signIn.otherAddress" in the settings of this registry).`,
  },

  // What they may do
  Forbidden: {
    status: 403,
    message: (p) =>
      `${p['actor']} may not ${p['action']} ${p['package']}: the permission "${p['missing']}" is missing. Ask somebody who manages ${p['org']}.`,
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

  // Packages
  NotFound: { status: 404, message: (p) => `${p['package'] === undefined ? 'This' : spec(p)} was not found here.` },
  TagNotFound: { status: 404, message: (p) => `${p['package']} has no dist-tag "${p['tag']}".` },
  VersionRetired: {
    status: 403,
    message: (p) => `${spec(p)} was withdrawn, which is final. Publish a new version.`,
  },
  TooOldToRetire: {
    // As npm's own registry answers.
    status: 405,
    message: (p) =>
      `You can no longer unpublish ${p['package']}: ${p['versions']} was published more than ${p['hours']} hours ago. Deprecate it instead ("npm deprecate ${p['package']}@<version> <message>"); an administrator can block it.`,
  },
  StaleRevision: {
    status: 409,
    message: (p) => `${p['package']} has changed since it was read: run the command again.`,
  },
  VersionExists: {
    status: 403,
    message: (p) =>
      `You cannot publish over the previously published versions: ${p['version']}. ${spec(p)} is already there; publish a new version.`,
  },
  NotPrivate: {
    status: 403,
    message: (p) =>
      `${p['package']} is not a name of an organisation of this registry, so it cannot be published here. Use a scope that is an organisation's handle, or have the name granted: "atoll name grant --help".`,
  },
  NameTaken: { status: 409, message: (p) => `${p['package']} cannot become a name of ${p['org']}${because(p)}.` },
  NotClaimed: {
    status: 409,
    message: (p) =>
      `${p['org']} does not claim ${p['package']}${because(p)}. "atoll name claim" has somebody who manages it approve that.`,
  },
  VersionHeld: { status: 403, message: (p) => `${spec(p)} is not installable${because(p)}.` },
  IntegrityMismatch: {
    status: 502,
    message: (p) => `The bytes of ${spec(p)} are not those that were signed; they were not served.`,
  },
  TarballIncomplete: {
    status: 502,
    message: (p) =>
      `Of ${spec(p)} the org PDS sent ${p['received']} of ${p['size']} bytes. Try again; if it stays so, its copy is damaged: restore it from a backup.`,
  },
  ProofFailed: {
    status: 502,
    message: (p) => `${spec(p)} was not served because its proof does not hold${because(p)}.`,
  },
  UpstreamUnavailable: {
    status: 502,
    message: (p) => `The upstream registry did not answer for ${spec(p)}${because(p)}. Try again.`,
  },

  // Imports
  ImportNotOpen: {
    status: 404,
    message: (p) =>
      `There is no open import ${p['import']} here: it is finished, was never approved, or was approved more than a day ago. Run the command again.`,
  },
  AttestationsPending: {
    status: 503,
    message: (p) => `${p['missing']} attestations of this import are still being written. Try again in a few seconds.`,
  },

  // The box
  NotReady: { status: 503, message: () => 'The index is not ready yet. Try again in a few seconds.' },
  RebuildFailed: {
    status: 409,
    message: (p) => `The index was not rebuilt${because(p)}. The one in use was not touched.`,
  },
  DirectoryUnavailable: {
    status: 503,
    message: () => 'The directory of identities does not answer. Try again in a few seconds.',
  },
  ComponentUnavailable: {
    status: 503,
    message: (p) =>
      `The ${p['component']} does not answer. Try again in a few seconds; "atoll status" says what is down.`,
  },
  IndexLagging: {
    status: 503,
    message: (p) => `${spec(p)} was written but is not in the index yet; it will be. "npm view ${spec(p)}" tells when.`,
  },
  IdentityInvalid: { status: 502, message: (p) => `The identity ${p['did']} does not verify${because(p)}.` },
  InternalError: {
    status: 500,
    message: (p) =>
      `Something went wrong here. The log has the details under request id ${p['requestId'] ?? 'unknown'}.`,
  },
} as const satisfies Record<string, CatalogueEntry>

export type ErrorCode = keyof typeof catalogue
