import { AtollError } from '#common/errors/index.ts'
import type { Outbound } from '#common/outbound/index.ts'
import { Slots } from '#common/slots/index.ts'
import { atproto } from '#lexicons'
import type { Pds } from '../upstream/index.ts'

const maxRepoBytes = 128 * 1024 * 1024
const timeoutMs = 15_000

const firehose = {
  // Frames over 5 MB are dropped one by one; only what could exhaust memory ends the connection.
  maxMessageBytes: 16_000_000,
  // Beyond, the connection ends, and begins again where reading stopped.
  maxWaitingBytes: 20_000_000,
  // A quiet PDS is asked anew now and then, for one that vanished is quiet, too.
  silenceMs: 10 * 60_000,
}

/** Of all hosts together: repositories are held in memory while they are verified. */
const repoSlots = { count: 2, maxWaiting: 1_000 }

/**
 * PDSes of a public network, which answer everybody. All are reached as hosts that somebody else named: only those that the
 * configuration names, too, may be private.
 */
export function outsidePdses(outbound: Outbound): (url: string) => Pds {
  const slots = new Slots(repoSlots)
  async function ask(address: string, options: Parameters<Pds['ask']>[2]): Promise<Buffer> {
    const answer = await outbound.fetch(address, { timeoutMs, ...options, maxRedirects: 0, discovered: true })
    const body = await answer.bytes()
    if (answer.status === 200) return body
    throw new AtollError('UpstreamUnavailable', { package: address, reason: `it answered ${answer.status}` })
  }
  return (url) => ({
    url,
    maxRepoBytes,
    async ask(method, params, options) {
      const address = `${url}/xrpc/${method}?${new URLSearchParams(params)}`
      if (method !== atproto.getRepo) return ask(address, options)
      using _slot = await slots.take()
      return await ask(address, options)
    },
    async openFirehose(cursor, { signal, onOpen }) {
      const address = `${url}/xrpc/${atproto.subscribeRepos}?cursor=${cursor}`
      return outbound.subscribe(address, { ...firehose, signal, onOpen, discovered: true })
    },
  })
}
