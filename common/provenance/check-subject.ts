import { PackageURL } from 'packageurl-js'
import { refuseProvenance } from './limits.ts'
import type { Statement } from './statement.ts'

/** What a bundle has to be about. */
export interface Artifact {
  name: string
  version: string
  /** SRI of the tarball, sha512-… */
  integrity: string
}

/**
 * The statement is about exactly this version and these bytes. It has one subject, as npm itself asks of it.
 * @throws InvalidProvenance
 */
export function checkSubject({ subject }: Statement, { name, version, integrity }: Artifact): void {
  const [only] = subject
  if (only === undefined || subject.length > 1)
    throw refuseProvenance('its statement does not have exactly one subject')
  const about = parsePurl(only.name)
  // Package URLs have no capitals, which old packages of npm do; the digest tells apart what differs in nothing else.
  if (about !== `${name.toLowerCase()}@${version}`) throw refuseProvenance(`it is about ${about}`)
  const sha512 = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex')
  if (!integrity.startsWith('sha512-') || only.digest['sha512'] !== sha512) {
    throw refuseProvenance('it is about other bytes: the SHA-512 of its subject is not the tarball’s')
  }
}

/** npm writes `pkg:npm/%40scope/name@1.0.0`, other tools leave the @ as it is. */
function parsePurl(purl: string): string {
  try {
    const { type, namespace, name, version, qualifiers, subpath } = PackageURL.fromString(purl)
    if (type === 'npm' && qualifiers === undefined && subpath === undefined) {
      return `${namespace === undefined ? '' : `${namespace}/`}${name}@${version}`
    }
  } catch (cause) {
    throw refuseProvenance('the name of its subject is not a package URL', cause)
  }
  throw refuseProvenance(`its subject is not a package of npm: ${purl.slice(0, 300)}`)
}
