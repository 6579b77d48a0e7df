import { AtollError } from '#common/errors/index.ts'
import { type PackageName, parsePackageName } from '#common/names/index.ts'

/** What a path under the host root asks for. */
export type PackagePath =
  | { kind: 'package'; name: PackageName }
  /** A version or a dist-tag. */
  | { kind: 'manifest'; name: PackageName; selector: string }
  /** @property did the organisation, when the URL pins it */
  | { kind: 'tarball'; name: PackageName; did: string | undefined; file: string }
  /** The document at a revision, which npm names when it changes or removes it. */
  | { kind: 'revision'; name: PackageName; revision: string }
  | { kind: 'tarball-revision'; name: PackageName; did: string | undefined; file: string; revision: string }
  /** Anything below a package that only some npm commands use, such as `/-rev/…`. */
  | { kind: 'other'; name: PackageName }

/** What is below `/-/package/`, where npm asks about one package without its document. */
export interface PackageEndpoint {
  name: PackageName
  /** `dist-tags`, `visibility`, … and what follows, decoded. */
  rest: string[]
}

/** @param path the raw path, without the query @throws InvalidName, InvalidRequest, MethodNotFound */
export function parsePackageEndpoint(path: string): PackageEndpoint {
  const segments = path.slice('/-/package/'.length).split('/')
  const name = parsePackageName(takeName(segments, path))
  return { name, rest: segments.map(decodeSegment) }
}

/**
 * Clients write scoped names as `@s%2fn`, `@s%2Fn` and `@s/n`, and DIDs with and without encoded colons. Percent-encoding
 * is taken off once, so that nothing that was encoded twice can become a slash later.
 * @param path the raw path, without the query
 * @throws InvalidName, InvalidRequest, MethodNotFound
 */
export function parsePackagePath(path: string): PackagePath {
  const segments = path.slice(1).split('/')
  const did = takeDid(segments)
  const name = parsePackageName(takeName(segments, path))
  const [first, second, third, fourth] = segments.map(decodeSegment)
  if (segments.length === 2 && first === '-' && second !== undefined)
    return { kind: 'tarball', name, did, file: second }
  if (segments.length === 4 && first === '-' && third === '-rev' && second !== undefined && fourth !== undefined)
    return { kind: 'tarball-revision', name, did, file: second, revision: fourth }
  if (did !== undefined) throw new AtollError('MethodNotFound', { method: 'package under a DID but its tarballs' })
  if (first === undefined) return { kind: 'package', name }
  if (segments.length === 2 && first === '-rev' && second !== undefined)
    return { kind: 'revision', name, revision: second }
  if (segments.length === 1 && first !== '') return { kind: 'manifest', name, selector: first }
  return { kind: 'other', name }
}

function takeDid(segments: string[]): string | undefined {
  const first = decodeSegment(segments[0] ?? '')
  if (!first.startsWith('did:')) return undefined
  if (!/^did:plc:[a-z2-7]{24}$/.test(first)) throw new AtollError('InvalidRequest', { reason: 'that is not a did:plc' })
  segments.shift()
  return first
}

/** Raw, for parsePackageName takes the encoding off. */
function takeName(segments: string[], path: string): string {
  const first = segments.shift()
  // `-` is the root of npm's own endpoints, `xrpc` that of the protocol.
  if (first === undefined || ['', '-', 'xrpc'].includes(first)) throw new AtollError('MethodNotFound', { method: path })
  const decoded = decodeSegment(first)
  if (!decoded.startsWith('@') || decoded.includes('/')) return first
  return `${first}/${segments.shift() ?? ''}`
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new AtollError('InvalidRequest', { reason: 'its percent-encoding is broken' })
  }
}

/**
 * The version a tarball's file name says.
 * @returns undefined when it is not a file of this package
 */
export function versionOfFile({ bare }: PackageName, file: string): string | undefined {
  const prefix = `${bare}-`
  return file.startsWith(prefix) && file.endsWith('.tgz') ? file.slice(prefix.length, -'.tgz'.length) : undefined
}
