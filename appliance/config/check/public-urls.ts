import type { Checked, Finding } from './finding.ts'

const loopback = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/

/** Cookies know hosts and no ports, and a token that travels without TLS is everybody's. */
export function checkPublicUrls({ settings: { publicUrls } }: Checked): Finding[] {
  const findings: Finding[] = []
  const urls = { gateway: new URL(publicUrls.gateway), people: new URL(publicUrls.people) }
  if (urls.gateway.hostname === urls.people.hostname) {
    findings.push({
      level: 'fail',
      setting: 'publicUrls.people',
      problem: `has the gateway's host ${urls.people.hostname}, so cookies of one would reach the other: give it a host name of its own`,
    })
  }
  for (const [name, url] of Object.entries(urls)) {
    const setting = `publicUrls.${name}`
    if (url.protocol !== 'https:' && !loopback.test(url.hostname)) {
      findings.push({ level: 'warn', setting, problem: 'is reached by others without TLS: use an https:// address' })
    }
    // npm sends some requests to the root of the host, whatever path the registry has (FACTS: trusted publishing, attestations).
    if (url.pathname !== '/' || url.search !== '') {
      findings.push({ level: 'fail', setting, problem: 'has a path: package managers need the root of the host' })
    }
  }
  return findings
}
