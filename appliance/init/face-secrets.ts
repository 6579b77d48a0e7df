import { join } from 'node:path'
import type { z } from 'zod'
import { component, drawComponent, drawPds, keepSecret, pds } from './secrets.ts'

/** What each part of the public face keeps to itself. It shares nothing with the inside, so that nothing leads from one to the other. */
const schemas = {
  'edge-org': component.extend({ pds }),
  'edge-people': component.extend({ pds }),
  'public-appview': component,
  'public-gateway': component,
} as const

export type FaceSecrets = { [Name in keyof typeof schemas]: z.output<(typeof schemas)[Name]> }

/** Drawn when packages are first to be made public, and kept with mode 0600. */
export async function keepFaceSecrets(dataDir: string): Promise<FaceSecrets> {
  const keep = <Name extends keyof FaceSecrets>(name: Name, draw: () => Promise<FaceSecrets[Name]>) =>
    keepSecret(join(dataDir, 'secrets', `${name}.json`), schemas[name] as unknown as z.ZodType<FaceSecrets[Name]>, draw)
  const edge = (name: 'edge-org' | 'edge-people') =>
    keep(name, async () => ({ ...(await drawComponent()), pds: await drawPds(dataDir, name) }))
  const [org, people, appview, gateway] = await Promise.all([
    edge('edge-org'),
    edge('edge-people'),
    keep('public-appview', drawComponent),
    keep('public-gateway', drawComponent),
  ])
  return { 'edge-org': org, 'edge-people': people, 'public-appview': appview, 'public-gateway': gateway }
}

/** What Postgres is told, by role. */
export function facePasswords(secrets: FaceSecrets): Record<string, { databasePassword: string }> {
  return {
    edge_org: secrets['edge-org'],
    edge_people: secrets['edge-people'],
    public_appview: secrets['public-appview'],
  }
}
