import { atproto } from '#lexicons'
import type { HostContext } from './host-context.ts'

const timeoutMs = 60_000

/**
 * A repository as its host exports it, not yet verified.
 * @throws AtollError when the host does not give it, in time and size
 */
export function fetchRepo({ pds }: HostContext, did: string): Promise<Uint8Array> {
  return pds.ask(atproto.getRepo, { did }, { maxBytes: pds.maxRepoBytes, timeoutMs })
}
