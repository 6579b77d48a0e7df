import { because, type Entries } from './entry.ts'

/** Of who has which name. */
export const names = {
  NameTaken: { status: 409, message: (p) => `${p['package']} cannot become a name of ${p['org']}${because(p)}.` },
  NotClaimed: {
    status: 409,
    message: (p) =>
      `${p['org']} does not claim ${p['package']}${because(p)}. "atoll name claim" has somebody who manages it approve that.`,
  },
  NotTransferred: {
    status: 409,
    message: (p) =>
      `${p['org']} does not hand ${p['package']} over to ${p['to']}${because(p)}. "atoll name transfer" has somebody who manages it approve that.`,
  },
  NotGranted: {
    status: 409,
    message: (p) => `${p['package']} is nobody's by a grant of the registry, so there is nothing to take back.`,
  },
  NeedsAdministrators: {
    status: 403,
    message: (p) =>
      `Upstream has ${p['upstream']}, so two administrators of the registry have to give ${p['package']} to ${p['org']}; ${p['approvals']} of them did. Another one says so with the same command.`,
  },
  NotAdministrator: {
    status: 403,
    message: (p) =>
      `${p['did']} is no administrator of the registry. Those are the first managers of its organisations: "atoll org list" names them.`,
  },
} as const satisfies Entries
