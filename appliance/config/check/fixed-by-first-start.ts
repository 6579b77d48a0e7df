import { join } from 'node:path'
import { readJsonIfThere } from '#appliance/files/private-json.ts'
import { componentDid } from '#appliance/init/component-did.ts'
import { networkSchema } from '#common/config/index.ts'
import type { Checked, Finding } from './finding.ts'

/** Addresses of PDSes and names of components are part of identities: a box that has some cannot change them any more. */
export async function checkFixedByFirstStart({ settings }: Checked): Promise<Finding[]> {
  const written = networkSchema.safeParse(await readJsonIfThere(join(settings.dataDir, 'run', 'network.json')))
  if (!written.success) return []
  const { peers, hosts } = written.data
  const findings: Finding[] = []
  const fixed = (setting: string, was: string) =>
    findings.push({
      level: 'fail',
      setting,
      problem: `was ${was} when this box first started and is part of its identities: set it back`,
    })
  if (peers.gateway.did !== componentDid(settings, 'gateway')) fixed('network.name', nameIn(peers.gateway.did))
  for (const role of ['org', 'people'] as const) {
    const port = Number(new URL(hosts[role][0] ?? '').port)
    if (port !== settings.ports[role]) fixed(`ports.${role}`, String(port))
  }
  return findings
}

/** did:web:gateway.acme.internal → acme */
function nameIn(did: string): string {
  return did.split('.').slice(1, -1).join('.')
}
