import type { IncomingHttpHeaders } from 'node:http'
import type { PackumentForm } from './packument.ts'

/** What npm asks for when it only wants to install: https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md */
export const abbreviatedType = 'application/vnd.npm.install-v1+json'

/** The abbreviated form is for those who name it; browsers and older clients get the full one. */
export function chooseForm({ accept = '' }: IncomingHttpHeaders): PackumentForm {
  return qualityOf(accept, abbreviatedType) > 0 ? 'abbreviated' : 'full'
}

export function acceptsGzip({ 'accept-encoding': accepted = '' }: IncomingHttpHeaders): boolean {
  return qualityOf(String(accepted), 'gzip') > 0
}

/** RFC 9110 §12.5: `;q=0` means never. */
function qualityOf(header: string, wanted: string): number {
  for (const part of header.split(',')) {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
    if (type !== wanted) continue
    const quality = parameters.find((parameter) => parameter.startsWith('q='))
    return quality === undefined ? 1 : Number(quality.slice(2)) || 0
  }
  return 0
}

/**
 * Whether the client has this already. RFC 9110 §13.2.2: If-Modified-Since counts only without If-None-Match.
 * @param etag as sent, with its quotes
 * @param lastModified an HTTP date
 */
export function isNotModified(
  headers: IncomingHttpHeaders,
  { etag, lastModified }: { etag: string; lastModified?: string | undefined },
): boolean {
  const ifNoneMatch = headers['if-none-match']
  if (ifNoneMatch !== undefined) {
    const opaque = (tag: string) => tag.trim().replace(/^W\//, '')
    return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || opaque(tag) === opaque(etag))
  }
  const since = Date.parse(headers['if-modified-since'] ?? '')
  return lastModified !== undefined && since >= Date.parse(lastModified)
}
