/** @returns the last segment of a tarball's URL, which is the file's name in this registry too; undefined if it has none */
export function fileOf(tarballUrl: string): string | undefined {
  const last = URL.parse(tarballUrl)?.pathname.split('/').at(-1) ?? ''
  // Also keeps out what decodeURIComponent would stumble over.
  if (!/^(?:[\w.~+-]|%2[bB]){1,300}$/.test(last)) return undefined
  return decodeURIComponent(last)
}

type AdvertisedFile = { file: string; url: string }

/**
 * Where a registry itself has a file. One may advertise tarballs under another host than it is configured by (a mirror
 * that does not rewrite): like npm, we then ask the configured host, by the standard path.
 */
export function fetchUrl(registryUrl: string, name: string, { file, url }: AdvertisedFile): string {
  if (new URL(url).origin === new URL(registryUrl).origin) return url
  return `${registryUrl}/${name}/-/${encodeURIComponent(file)}`
}

/** Where to ask for a file, in order: the other host only if the registry has it not, and without credentials. */
export function tarballSources(
  registryUrl: string,
  name: string,
  advertised: AdvertisedFile,
): { url: string; own: boolean }[] {
  const url = fetchUrl(registryUrl, name, advertised)
  return url === advertised.url
    ? [{ url, own: true }]
    : [
        { url, own: true },
        { url: advertised.url, own: false },
      ]
}
