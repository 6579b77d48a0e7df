/** @returns the last segment of a tarball's URL, which is the file's name in this registry too; undefined if it has none */
export function fileOf(tarballUrl: string): string | undefined {
  if (!URL.canParse(tarballUrl)) return undefined
  const file = decodeURIComponent(new URL(tarballUrl).pathname.split('/').at(-1) ?? '')
  return /^[\w.~+-]{1,300}$/.test(file) ? file : undefined
}

/**
 * Where to fetch a file from. An upstream may advertise tarballs under another host than the one it is configured by (a
 * mirror that does not rewrite): like npm itself, we then ask the configured host, by the standard path. No other
 * host is ever asked, whatever a packument says.
 */
export function fetchUrl(upstreamUrl: string, name: string, file: { file: string; url: string }): string {
  if (new URL(file.url).origin === new URL(upstreamUrl).origin) return file.url
  return `${upstreamUrl}/${name}/-/${encodeURIComponent(file.file)}`
}
