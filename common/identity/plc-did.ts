/** https://web.plc.directory/spec/v0.1/did-plc: 24 characters of base32. */
export function isPlcDid(did: string): boolean {
  return /^did:plc:[a-z2-7]{24}$/.test(did)
}
