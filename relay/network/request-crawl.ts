import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import type { Outbound } from '#common/outbound/index.ts'
import { Slots } from '#common/slots/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'
import { parseQuery } from '../serve/index.ts'
import type { KnownHosts } from './known-hosts.ts'

const bodySchema = z.object({ hostname: z.string().max(253 + ':65535'.length) })
const describedSchema = z.object({ did: z.string().startsWith('did:'), availableUserDomains: z.array(z.string()) })

const limits = { maxBytes: 100_000, timeoutMs: 5_000, maxRedirects: 0, discovered: true }

export interface RequestCrawlOptions {
  hosts: KnownHosts
  outbound: Outbound
  /** `localhost` is a host like others, and speaks plain http. */
  local: boolean
}

/** A PDS asks to be followed. Anybody may ask for any, so it is first seen whether it is one. */
export function mountRequestCrawl(server: Server, { hosts, outbound, local }: RequestCrawlOptions): void {
  const slots = new Slots({ count: 4, maxWaiting: 32 })
  server.post(`/xrpc/${atproto.requestCrawl}`, async (request) => {
    const { hostname } = parseQuery(bodySchema, request.body)
    const url = originOf(hostname, local)
    if (await hosts.has(url)) return {}
    using _slot = await slots.take()
    await requirePds(url, outbound)
    await hosts.add(url)
    return {}
  })
}

/** @throws InvalidRequest for what is more, or less, than a host */
function originOf(hostname: string, local: boolean): string {
  const host = hostname.toLowerCase()
  const plain = local && /^localhost(:\d+)?$/.test(host)
  const text = `${plain ? 'http' : 'https'}://${host}`
  const url = /^[a-z0-9.-]+(:\d{1,5})?$/.test(host) && URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) throw new AtollError('InvalidRequest', { reason: `${hostname} is not the name of a host` })
  return url.origin
}

async function requirePds(url: string, outbound: Outbound): Promise<void> {
  try {
    const answer = await outbound.fetch(`${url}/xrpc/${atproto.describeServer}`, limits)
    const body = await answer.bytes()
    if (answer.status !== 200) throw new Error(`it answered ${answer.status}`)
    describedSchema.parse(JSON.parse(body.toString('utf8')))
  } catch (cause) {
    throw new AtollError('InvalidRequest', { reason: `no PDS answers at ${url}` }, cause)
  }
}
