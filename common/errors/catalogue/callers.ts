import { because, type Entries } from './entry.ts'

/** Who asks is not known well enough. */
export const callers = {
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
} as const satisfies Entries
