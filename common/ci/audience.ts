/** What a job's ID token has to be for: this registry, as npm asks for it (its lib/utils/oidc.js). @param registry URL */
export function jobAudience(registry: string): string {
  return `npm:${new URL(registry).hostname}`
}

/**
 * What it has to be for to publish at once: this registry and exactly these bytes. Whoever comes by such a token can publish what the
 * job published, and nothing else.
 * @param integrity SRI, sha512-…
 */
export function boundAudience(registry: string, integrity: string): string {
  return `${jobAudience(registry)}:${integrity}`
}

/** Whether a token is for this registry, with bytes or without. */
export function isJobAudience(audience: unknown, registry: string): audience is string {
  const plain = jobAudience(registry)
  return typeof audience === 'string' && (audience === plain || audience.startsWith(`${plain}:sha512-`))
}
