import { z } from 'zod'
import type { ComponentName } from '#appliance/config/index.ts'
import { componentConfigs } from '../component-configs.ts'
import { componentDid } from '../component-did.ts'
import { type DatabasePasswords, databaseRoles, type FurtherPasswords, roleUrls } from '../database.ts'
import { type FaceSecrets, facePasswords } from '../face-secrets.ts'
import { containerNames, containers } from '../layout.ts'
import { describeNetwork } from '../network.ts'
import type { Parts } from '../parts.ts'
import type { Secrets } from '../secrets.ts'
import { forwardsTo } from './forwards.ts'
import { facePartsOf, forwarderConfigs, withWaysToEdges } from './render-face.ts'

const credential = z.object({ databasePassword: z.string().min(1) })

/** What `atoll database prepare` works with. */
export const databaseJobSchema = z.object({
  /** postgres:// URL of a role that may create roles and databases. */
  adminUrl: z.string().min(1),
  roles: z.object({
    directory: credential,
    org: credential,
    people: credential,
    relay: credential,
    appview: credential,
    gateway: credential,
  }),
  /** Those of the public face, where there is one. */
  face: z.record(z.string(), credential).default({}),
})

export type DeploymentParts = Pick<
  Parts,
  'settings' | 'secrets' | 'outside' | 'idpSecrets' | 'storage' | 'notices' | 'crossPublish'
> & {
  /** Where packages are made public. */
  faceSecrets?: FaceSecrets | undefined
}

/** The name of the Postgres container, and of its superuser. */
const postgres = 'postgres'

/**
 * The configuration of every container by its name, for whoever mounts them: of the secrets, each holds its own alone.
 * Beside the components: `appliance` is what administers, `database` what prepares Postgres.
 */
export async function renderDeployment(parts: DeploymentParts): Promise<Record<string, object>> {
  const { settings, secrets, faceSecrets } = parts
  const adminUrl = settings.databaseUrl ?? superuserUrl(secrets)
  const network = await describeNetwork(settings, secrets, containers)
  const furtherRoles = faceSecrets === undefined ? {} : facePasswords(faceSecrets)
  const databaseUrls = roleUrls(adminUrl, secrets, furtherRoles)
  const face = faceSecrets && { face: await facePartsOf(faceSecrets, databaseUrls) }
  const configs = withWaysToEdges(
    componentConfigs({ ...parts, network, databaseUrls, layout: containers, ...face }),
    settings,
  )
  // Both talk to the IdP behind the backs of browsers.
  const toIdp = { forward: forwardsTo(['idp'], settings) }
  const components: Partial<Record<ComponentName, object>> = {
    ...configs,
    org: { ...configs.org, ...toIdp },
    people: { ...configs.people, ...toIdp },
  }
  if (settings.idps.length > 0) delete components.idp
  return {
    ...Object.fromEntries(
      Object.entries(components).map(([name, config]) => [containerNames[name as ComponentName], config]),
    ),
    ...forwarderConfigs(settings),
    database: { adminUrl, roles: passwordsOf(secrets), face: passwordsIn(furtherRoles) } satisfies z.output<
      typeof databaseJobSchema
    >,
    appliance: {
      network,
      self: { did: componentDid(settings, 'appliance'), privateKeyHex: secrets.appliance.privateKeyHex },
      monitoring: secrets.monitoring,
      forward: forwardsTo(['gateway', 'people', 'idp'], settings),
    },
  }
}

function superuserUrl({ appliance }: Secrets): string {
  return `postgres://${postgres}:${encodeURIComponent(appliance.postgresPassword)}@${postgres}:5432/postgres`
}

function passwordsOf(secrets: Secrets): DatabasePasswords {
  return passwordsIn(Object.fromEntries(databaseRoles.map((role) => [role, secrets[role]]))) as DatabasePasswords
}

/** Whatever else is secret there stays where it is. */
function passwordsIn(secrets: FurtherPasswords): FurtherPasswords {
  return Object.fromEntries(Object.entries(secrets).map(([role, { databasePassword }]) => [role, { databasePassword }]))
}
