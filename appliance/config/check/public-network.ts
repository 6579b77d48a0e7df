import { isIP } from 'node:net'
import { isPublicAddress } from '#common/outbound/public-address.ts'
import type { Settings } from '../settings.ts'
import type { Checked, Finding } from './finding.ts'

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** The public network is another one than the box's, and what is mirrored of it has to be reachable. */
export async function checkPublicNetwork({ settings }: Checked): Promise<Finding[]> {
  const { publicNetwork } = settings
  if (publicNetwork === undefined) return []
  // Loaded where there is something to compare.
  const { isListed } = await import('#common/names/look-up-row.ts')
  const isOwn = (scope: string) => isListed({ name: scope, scope }, settings.privateNames)
  const named = [
    ...publicNetwork.relays.map((url, index) => ({ setting: `publicNetwork.relays.${index}`, url })),
    { setting: 'publicNetwork.directory', url: publicNetwork.directory },
  ]
  const findings = named.flatMap(({ setting, url }) => judge(setting, new URL(url), { ports: settings.ports, isOwn }))
  return [...findings, ...hostsOutOfReach(publicNetwork)]
}

interface Ours {
  ports: Settings['ports']
  /** Of `names.private`. */
  isOwn(domain: string): boolean
}

function judge(setting: string, url: URL, { ports, isOwn }: Ours): Finding[] {
  const { hostname } = url
  const ours = Object.entries(ports).find(([, port]) => Number(url.port) === port && loopback.test(hostname))
  if (ours !== undefined) {
    return [{ level: 'fail', setting, problem: `is this box’s own ${ours[0]}: name a public one, or leave it out` }]
  }
  const problems = [
    ...(domainsOf(hostname).some(isOwn)
      ? ['is at a name of names.private: handles there are nobody’s, so name a relay and a directory of the outside']
      : []),
    ...(url.protocol === 'http:' && !loopback.test(hostname)
      ? ['is reached without TLS: whoever is on the way can withhold what it says']
      : []),
  ]
  return problems.map((problem) => ({ level: 'warn', setting, problem }))
}

/** A relay inside tells of PDSes inside, which are asked only where `privateHosts` names them. */
function hostsOutOfReach({ relays, privateHosts }: NonNullable<Settings['publicNetwork']>): Finding[] {
  const inside = relays.map((relay) => new URL(relay).hostname).find(isInside)
  if (inside === undefined || privateHosts.length > 0) return []
  const problem = `names none, and the relay ${inside} is at a private address: PDSes beside it are not asked until they are here`
  return [{ level: 'warn', setting: 'publicNetwork.privateHosts', problem }]
}

function isInside(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '')
  return loopback.test(hostname) || (isIP(address) !== 0 && !isPublicAddress(address))
}

/** `relay.acme.com` → itself and `acme.com`. */
function domainsOf(host: string): string[] {
  const labels = host.split('.')
  return labels.map((_, index) => labels.slice(index).join('.')).filter((name) => name.includes('.'))
}
