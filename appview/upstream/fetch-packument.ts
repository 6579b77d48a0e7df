import { AtollError } from '#common/errors/index.ts'
import type { Outbound } from '#common/outbound/index.ts'
import type { UpstreamConfig } from '../config.ts'
import { type TrimmedPackument, trimPackument } from './trim-packument.ts'

/** `typescript` has 8 MB, the largest packages ten times that. */
const maxPackumentBytes = 128_000_000

export type FetchedPackument =
  | { kind: 'found'; packument: TrimmedPackument; etag: string | null; lastModified: Date }
  | { kind: 'unchanged' }
  | { kind: 'missing' }

/**
 * Asks upstream for a whole packument; abbreviated ones lack `time`, which several clients need.
 * @param etag of the packument at hand
 * @throws UpstreamUnavailable
 */
export async function fetchPackument(
  outbound: Outbound,
  { config, gatewayUrl }: { config: UpstreamConfig; gatewayUrl: string },
  name: string,
  etag: string | null,
): Promise<FetchedPackument> {
  const headers = {
    accept: 'application/json',
    ...authorization(config),
    ...(etag === null ? {} : { 'if-none-match': etag }),
  }
  const about = { package: name }
  const limits = { maxBytes: maxPackumentBytes, timeoutMs: config.timeoutMs }
  const response = await outbound.fetch(`${config.url}/${name.replace('/', '%2f')}`, { headers, about, ...limits })
  if (response.status === 304 && etag !== null) return discard(response, { kind: 'unchanged' })
  if (response.status === 404) return discard(response, { kind: 'missing' })
  if (response.status !== 200) {
    response.body.destroy()
    throw new AtollError('UpstreamUnavailable', { ...about, reason: `it answered ${response.status}` })
  }
  const packument = trimPackument(parse(await response.bytes(), name), name, gatewayUrl)
  if (packument === undefined) {
    throw new AtollError('UpstreamUnavailable', { ...about, reason: 'its answer is no packument of this name' })
  }
  const lastModified = new Date(response.headers.get('last-modified') ?? Number.NaN)
  return {
    kind: 'found',
    packument,
    etag: response.headers.get('etag'),
    lastModified: Number.isNaN(lastModified.getTime()) ? new Date() : lastModified,
  }
}

export function authorization({ token }: UpstreamConfig): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

function discard(response: { body: { destroy(): unknown } }, result: FetchedPackument): FetchedPackument {
  response.body.destroy()
  return result
}

function parse(bytes: Buffer, name: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new AtollError('UpstreamUnavailable', { package: name, reason: 'its answer is not JSON' }, cause)
  }
}
