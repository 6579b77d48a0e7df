import { AtollError } from '#common/errors/index.ts'
import { app } from '#lexicons'
import type { RegistryClient } from '../registry-client.ts'
import type { Since } from './since-file.ts'

const pageSize = 1_000

/**
 * Reads a registry's list of revocations to its end.
 * @param since what was read before
 * @param begunAnew called when the list does not lead to where that was, as after a restore; it is read from its beginning then, and
 *   what was revoked stands until the list says otherwise
 * @returns what is revoked now: the last word about a version counts
 * @throws AtollError as the registry answers, NotReady among others; ComponentUnavailable when its pages lead nowhere
 */
export async function readRevoked(
  client: Pick<RegistryClient, 'query'>,
  since: Since,
  begunAnew: () => void = () => {},
): Promise<Since> {
  const revoked = new Map(since.revoked.map((one) => [keyOf(one), one]))
  let { cursor } = since
  for (;;) {
    const params = { cursor, limit: String(pageSize) }
    const page = await client.query(app.npm.registry.getRevocations, params).catch((error: unknown) => {
      if (cursor === '0' || !(error instanceof AtollError) || error.code !== 'UnknownCursor') throw error
      return undefined
    })
    if (page === undefined) {
      begunAnew()
      cursor = '0'
      continue
    }
    for (const { name, version, state, at, reason = 'it was revoked' } of page.revocations) {
      const key = keyOf({ name, version })
      if (state === 'revoked') revoked.set(key, { name, version, at, reason })
      else revoked.delete(key)
    }
    if (page.more && page.cursor === cursor) throw new AtollError('ComponentUnavailable', { component: 'registry' })
    cursor = page.cursor
    if (!page.more) return { ...since, cursor, revoked: [...revoked.values()] }
  }
}

function keyOf({ name, version }: { name: string; version: string }): string {
  return `${name}@${version}`
}
