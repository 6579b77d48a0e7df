/** Where people read about it: what an advisory names as one, else the first link that is one. */
export function advisoryUrl(
  references: readonly { type: string; url: string }[] | null | undefined,
): `${string}:${string}` | undefined {
  const named = references?.find(({ type }) => type === 'ADVISORY') ?? references?.[0]
  const given = named === undefined ? null : URL.parse(named.url)
  const isLink = given !== null && /^https?:$/.test(given.protocol) && given.href.length <= 2048
  return isLink ? (given.href as `${string}:${string}`) : undefined
}
