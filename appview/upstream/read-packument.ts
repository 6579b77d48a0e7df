import { AtollError } from '#common/errors/index.ts'
import type { OutboundResponse } from '#common/outbound/index.ts'
import { isUnpublished, type TrimmedPackument, trimPackument } from './trim-packument.ts'

export type FetchedPackument =
  | { kind: 'found'; packument: TrimmedPackument; etag: string | null; lastModified: Date | undefined }
  | { kind: 'unchanged' }
  | { kind: 'missing' }

/** What a registry answered with. @throws UpstreamUnavailable when it is not a packument of this name */
export async function readPackument(
  response: OutboundResponse,
  name: string,
  gatewayUrl: string,
): Promise<FetchedPackument> {
  const raw = parse(await response.bytes(), name)
  if (isUnpublished(raw, name)) return { kind: 'missing' }
  const packument = trimPackument(raw, name, gatewayUrl)
  if (packument === undefined) {
    throw new AtollError('UpstreamUnavailable', { package: name, reason: 'its answer is no packument of this name' })
  }
  if (Object.keys(packument.full.versions).length === 0) return { kind: 'missing' }
  const lastModified = new Date(response.headers.get('last-modified') ?? Number.NaN)
  return {
    kind: 'found',
    packument,
    etag: response.headers.get('etag'),
    lastModified: Number.isNaN(lastModified.getTime()) ? undefined : lastModified,
  }
}

function parse(bytes: Buffer, name: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new AtollError('UpstreamUnavailable', { package: name, reason: 'its answer is not JSON' }, cause)
  }
}
