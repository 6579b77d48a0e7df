/**
 * The file name of bytes with this SRI: the digest in hex, so that no character of it can mean a path.
 * @returns undefined when it names no SHA-512
 */
export function digestName(integrity: string): string | undefined {
  const base64 = /(?:^|\s)sha512-([A-Za-z0-9+/]{86}==)(?:\s|$)/.exec(integrity)?.[1]
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('hex')
}

/** The SRI of a file so named; undefined when it is not such a name. */
export function integrityOfName(name: string): string | undefined {
  return /^[0-9a-f]{128}$/.test(name) ? `sha512-${Buffer.from(name, 'hex').toString('base64')}` : undefined
}
