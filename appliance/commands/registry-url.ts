import { UsageError } from '#appliance/failures.ts'

/** @returns it without a slash at the end @throws UsageError */
export function registryUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.href.replace(/\/+$/, '')
  throw new UsageError(`"${given}" is not the URL of a registry: say http:// or https:// and its host.`)
}
