import { AtollError } from '#common/errors/index.ts'
import type { OutgoingVersion } from './outgoing-version.ts'
import { sameBytes } from './same-bytes.ts'
import type { Digests, TargetRegistry } from './target-registry.ts'

/** What a version has to be there, as it is here. */
export interface WantedVersion extends Required<Digests> {
  package: string
  version: string
}

/**
 * Has a registry hold a version: looks first, sends, and looks again, whatever the answer was. So what is sent twice, or whose answer was lost, is there
 * once; and what is there with other contents is left alone.
 * @param prepare makes what is sent, where something has to be
 * @throws DiffersElsewhere, NotCrossPublished
 */
export async function publishOnce(
  target: TargetRegistry,
  wanted: WantedVersion,
  prepare: () => Promise<OutgoingVersion>,
): Promise<void> {
  const { package: name, version } = wanted
  const about = { package: name, version }
  const isThere = async () => {
    const there = await target.find(about)
    if (there === undefined) return false
    if (sameBytes(wanted, there)) return true
    const theirs = there.integrity ?? there.shasum ?? 'an unknown digest'
    throw new AtollError('DiffersElsewhere', { ...about, registry: target.url, ours: wanted.integrity, theirs })
  }
  if (await isThere()) return
  const outgoing = await prepare()
  const refusal = await target.publish(outgoing).catch((error: unknown) => ({ error }))
  // Registries refuse to take a version twice (npm: 403, others: 409), also when only the answer to the first was lost.
  if (await isThere()) return
  if (refusal !== undefined) throw refusal.error
  throw target.failed(about, 'it took the version and does not show it yet')
}
