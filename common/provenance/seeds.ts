import { createRequire } from 'node:module'
import { z } from 'zod'

const seedsSchema = z.record(z.string(), z.object({ targets: z.record(z.string(), z.string()) }))
const keysSchema = z.object({
  keys: z.array(
    z.object({
      keyId: z.string(),
      keyUsage: z.string(),
      publicKey: z.object({ rawBytes: z.string(), validFor: z.object({ end: z.string().optional() }) }),
    }),
  ),
})

/** Sigstore's public-good root. What `@sigstore/tuf` ships is as new as that package: nothing is fetched. */
export function publicGoodRoot(): string {
  return targetOf('trusted_root.json')
}

/** Keys by which npm's own registry signs versions, with the day after which they sign no more. */
export function npmKeys(): { keyid: string; key: string; expires: string | null }[] {
  const { keys } = keysSchema.parse(JSON.parse(targetOf('registry.npmjs.org%2Fkeys.json')))
  return keys
    .filter(({ keyUsage }) => keyUsage === 'npm:signatures')
    .map(({ keyId, publicKey: { rawBytes, validFor } }) => ({
      keyid: keyId,
      key: rawBytes,
      expires: validFor.end ?? null,
    }))
}

function targetOf(name: string): string {
  const seeds = seedsSchema.parse(createRequire(import.meta.url)('@sigstore/tuf/seeds.json'))
  const target = seeds['https://tuf-repo-cdn.sigstore.dev']?.targets[name]
  if (target === undefined) throw new Error(`@sigstore/tuf ships no ${name}`)
  return Buffer.from(target, 'base64').toString('utf8')
}
