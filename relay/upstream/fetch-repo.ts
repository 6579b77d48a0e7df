import { AtollError } from '#common/errors/index.ts'
import { sendXrpc } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'
import type { HostContext } from './host-context.ts'

const maxRepoBytes = 512 * 1024 * 1024
const timeoutMs = 60_000

/**
 * A repository as its host exports it, not yet verified.
 * @throws ComponentUnavailable when the host does not give it, in time and size
 */
export async function fetchRepo({ url, role, auth }: HostContext, did: string): Promise<Uint8Array> {
  const headers = { authorization: `Bearer ${await auth.tokenFor(role, atproto.getRepo)}` }
  const address = `${url}/xrpc/${atproto.getRepo}?${new URLSearchParams({ did })}`
  const response = await sendXrpc(`${role} PDS`, address, { headers }, { timeoutMs })
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.length
      if (size > maxRepoBytes) throw new Error(`the repository of ${did} is larger than ${maxRepoBytes} bytes`)
      chunks.push(chunk)
    }
  } catch (cause) {
    throw new AtollError('ComponentUnavailable', { component: `${role} PDS` }, cause)
  }
  return Buffer.concat(chunks)
}
