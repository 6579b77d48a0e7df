import { LRUCache } from 'lru-cache'
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

const maxEntries = 10_000

/**
 * Where oidc-provider keeps sessions, codes and interactions: in memory, bounded, one per provider. A restart signs
 * everybody out, which a demo may.
 */
export function memoryAdapter(): AdapterFactory {
  const entries = new LRUCache<string, AdapterPayload>({ max: maxEntries })
  const uids = new LRUCache<string, string>({ max: maxEntries })
  return (model) => createAdapter(model, entries, uids)
}

function createAdapter(
  model: string,
  entries: LRUCache<string, AdapterPayload>,
  uids: LRUCache<string, string>,
): Adapter {
  const keyOf = (id: string) => `${model}:${id}`
  return {
    async upsert(id, payload, expiresInSeconds) {
      const lifetime = expiresInSeconds !== undefined ? { ttl: expiresInSeconds * 1000 } : {}
      entries.set(keyOf(id), payload, lifetime)
      if (payload.uid !== undefined) uids.set(keyOf(payload.uid), id, lifetime)
    },
    find: async (id) => entries.get(keyOf(id)),
    async findByUid(uid) {
      const id = uids.get(keyOf(uid))
      return id === undefined ? undefined : entries.get(keyOf(id))
    },
    // Only the device flow asks, which is off.
    findByUserCode: async () => undefined,
    async consume(id) {
      const found = entries.get(keyOf(id))
      if (found !== undefined) found.consumed = Math.floor(Date.now() / 1000)
    },
    async destroy(id) {
      entries.delete(keyOf(id))
    },
    async revokeByGrantId(grantId) {
      for (const [key, payload] of entries.entries()) if (payload.grantId === grantId) entries.delete(key)
    },
  }
}
