import { publicFaceUrls } from '../promotion.ts'
import type { Checked, Finding } from './finding.ts'

const loopback = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/

/** What is made public goes over the public network, by addresses that stay for ever. */
export function checkPromotion({ settings }: Checked): Finding[] {
  const { promotion, publicNetwork, ports, publicUrls } = settings
  if (promotion === undefined) return []
  const findings: Finding[] = []
  const say = (level: Finding['level'], setting: string, problem: string) => findings.push({ level, setting, problem })
  if (publicNetwork === undefined) {
    say(
      'fail',
      'promotion',
      'needs "publicNetwork": its directory gives public identities, and its relays carry what is public',
    )
  }
  const urls = publicFaceUrls(promotion, ports)
  // Of two parties on one host nobody could tell which is which (DESIGN §6).
  if (urls.org === urls.people)
    say(
      'fail',
      'promotion.publicUrls.people',
      'is the address of the public PDS of organisations: give it one of its own',
    )
  for (const [name, url] of Object.entries(urls)) {
    const setting = `promotion.publicUrls.${name}`
    const { hostname, protocol, host } = new URL(url)
    if (loopback.test(hostname)) say('warn', setting, 'is an address of this machine: nobody outside reaches it')
    else if (protocol !== 'https:') say('warn', setting, 'is reached by others without TLS: use an https:// address')
    const inside = Object.values(publicUrls).find((other) => new URL(other).host === host)
    if (inside !== undefined) say('fail', setting, 'is an address of the inside: the public face has hosts of its own')
  }
  return findings
}
