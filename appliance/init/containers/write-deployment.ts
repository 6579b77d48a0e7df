import { chown } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { checkCanPromote } from '#appliance/config/index.ts'
import { Failure } from '#appliance/failures.ts'
import { readJsonIfThere, writePrivateFile } from '#appliance/files/private-json.ts'
import { keepFaceSecrets } from '../face-secrets.ts'
import { keepSecrets, type Secrets } from '../secrets.ts'
import { refuseToMoveFaces } from './refuse-to-move-faces.ts'
import { type DeploymentParts, renderDeployment } from './render-deployment.ts'

/** User ids in the containers, where they are others than ours; only root can give files away. */
export interface Owners {
  components?: number | undefined
  postgres?: number | undefined
}

/**
 * Prepares the folder that containers are started from: keys and secrets are drawn once and kept, `config/` is written
 * again every time, a file for each container.
 * @returns the names of the configurations
 * @throws Failure when a box of `atoll up` lives there, or when identities made before would lose their PDS
 * @throws SettingsError when something is to be made public, and nowhere is said where
 */
export async function writeDeployment(
  parts: Omit<DeploymentParts, 'secrets' | 'faceSecrets'>,
  owners: Owners,
): Promise<string[]> {
  const { dataDir, promotion } = parts.settings
  checkCanPromote(parts.settings)
  await refuseOtherLayout(dataDir)
  const secrets = await keepSecrets(dataDir)
  const faceSecrets = promotion && (await keepFaceSecrets(dataDir))
  const configs = await renderDeployment({ ...parts, secrets, faceSecrets })
  await refuseToMove(dataDir, configs)
  await refuseToMoveFaces(dataDir, configs)
  for (const [name, config] of Object.entries(configs)) {
    await give(join(dataDir, 'config', `${name}.json`), `${JSON.stringify(config, null, 2)}\n`, owners.components)
  }
  await give(join(dataDir, 'config', 'monitoring-token'), secrets.monitoring.token, owners.components)
  await givePostgresPassword(dataDir, secrets, owners)
  return Object.keys(configs)
}

/** As the image of Postgres reads it: the word alone (POSTGRES_PASSWORD_FILE). */
async function givePostgresPassword(dataDir: string, { appliance }: Secrets, owners: Owners): Promise<void> {
  await give(join(dataDir, 'config', 'postgres-password'), appliance.postgresPassword, owners.postgres)
}

async function give(file: string, content: string, owner: number | undefined): Promise<void> {
  await writePrivateFile(file, content)
  if (owner !== undefined) await chown(file, owner, owner)
}

async function refuseOtherLayout(dataDir: string): Promise<void> {
  if ((await readJsonIfThere(join(dataDir, 'run', 'network.json'))) === undefined) return
  throw new Failure(
    `A box that "atoll up" started lives in ${dataDir}: its identities name hosts on this machine. Prepare containers in a folder of their own.`,
  )
}

const hostsSchema = z.object({
  network: z.object({ hosts: z.object({ org: z.array(z.string()), people: z.array(z.string()) }) }),
})

/** DID documents name the PDS' host and port for ever; a wandering one would orphan its accounts. */
async function refuseToMove(dataDir: string, configs: Record<string, object>): Promise<void> {
  const before = hostsSchema.safeParse(await readJsonIfThere(join(dataDir, 'config', 'appliance.json')))
  if (!before.success) return
  const { hosts } = before.data.network
  const { hosts: wanted } = hostsSchema.parse(configs['appliance']).network
  if (JSON.stringify(hosts) === JSON.stringify(wanted)) return
  const known = [...hosts.org, ...hosts.people].join(' and ')
  throw new Failure(`The accounts made here name ${known} as their PDSes. Set ports.org and ports.people back to that.`)
}
