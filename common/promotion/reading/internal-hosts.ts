import type { PreflightSettings } from '../subject.ts'

type HostSettings = Pick<PreflightSettings, 'internalDomains' | 'internalHosts' | 'publicHosts'>

/** Whether a host is one of the inside, by the settings. @returns a function of the host, without port */
export function internalHostsOf({
  internalDomains,
  internalHosts,
  publicHosts,
}: HostSettings): (host: string) => boolean {
  const domains = internalDomains.map(plain).filter((domain) => domain !== '')
  const inside = new Set(internalHosts.map(plain))
  const outside = new Set(publicHosts.map(plain))
  return (raw) => {
    const host = plain(raw)
    if (outside.has(host)) return false
    return inside.has(host) || domains.some((domain) => host === domain || host.endsWith(`.${domain}`))
  }
}

/** Lower case, without the dots around it, and without a port. */
function plain(host: string): string {
  return host
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\.+|\.+$/g, '')
}
