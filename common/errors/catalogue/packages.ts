import { because, type Entries, type ErrorDetails, spec } from './entry.ts'

/** What a verdict says against a version: why, by which check, until when, what to do, and where to ask for an exception. */
function why(p: ErrorDetails): string {
  const until = p['until'] === undefined ? '' : ` until ${p['until']}`
  const check = p['check'] === undefined ? '' : ` (${p['check']}${until})`
  const remedy = p['remedy'] === undefined ? '' : ` To go on: ${p['remedy']}.`
  const exception = p['exceptionUrl'] === undefined ? '' : ` To ask for an exception: ${p['exceptionUrl']}`
  return `${because(p)}${check}.${remedy}${exception}`
}

/** Of packages and versions. */
export const packages = {
  NotFound: { status: 404, message: (p) => `${p['package'] === undefined ? 'This' : spec(p)} was not found here.` },
  TagNotFound: { status: 404, message: (p) => `${p['package']} has no dist-tag "${p['tag']}".` },
  VersionRetired: {
    status: 403,
    message: (p) => `${spec(p)} was withdrawn, which is final. Publish a new version.`,
  },
  VersionPurged: {
    // RFC 7725: the answer to who asks for what may not be handed out for legal reasons.
    status: 451,
    message: (p) =>
      `${spec(p)} was purged and cannot be had any more${because(p)}. Its bytes are deleted here for good: install another version, and take this one out of your lockfile. To publish, take another version number.`,
  },
  BlobPurged: {
    status: 451,
    message: (p) =>
      `${p['what']} of this version was purged here, so exactly these bytes cannot be published again: publish without them, or change them. "atoll trust <package>@<version>" of the purged version tells why.`,
  },
  PurgeIncomplete: {
    // Not a 5xx: it is done, and whoever asks again would change nothing.
    status: 424,
    message: () =>
      'It is purged, and nobody can install it any more; but the org PDS could not delete all of its bytes from its blob storage yet. It tries again by itself, every 30 seconds and at its next start: look at the storage, and at its log for the alarm "blobs-not-erased".',
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
  VersionHeld: { status: 403, message: (p) => `${spec(p)} is held and not installable${why(p)}` },
  VersionBlocked: { status: 403, message: (p) => `${spec(p)} is blocked and not installable${why(p)}` },
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
    message: (p) => `The registry or PDS outside did not answer for ${spec(p)}${because(p)}. Try again.`,
  },
} as const satisfies Entries
