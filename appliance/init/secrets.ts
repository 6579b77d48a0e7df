import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Secp256k1Keypair } from '@atproto/crypto'
import { z } from 'zod'
import type { ComponentName, FaceName } from '#appliance/config/index.ts'
import { readJsonIfThere, writePrivateJson } from '#appliance/files/private-json.ts'
import { signingSchema } from '#appview/config.ts'
import { publicKeyOf } from '#appview/signatures/public-key.ts'
import { mintMonitorToken } from '#common/monitoring/monitor-token.ts'
import { drawK256, drawP256, drawRsaKey, drawWord } from './draw-keys.ts'

const hexKey = z.string().regex(/^[0-9a-f]{64}$/)
const word = z.string().min(16)

export const component = z.object({ privateKeyHex: hexKey, databasePassword: word })
export const pds = z.object({
  jwtSecret: word,
  adminPassword: word,
  rotationKeyHex: hexKey,
  recoveryKey: z.string().startsWith('did:key:'),
})

/** What each component keeps to itself: one file each, so that a component can be given its own and nothing else. */
const schemas = {
  directory: component,
  relay: component,
  appview: component,
  gateway: component,
  org: component.extend({ pds }),
  people: component.extend({ pds, registryKeyHex: hexKey }),
  idp: z.object({ clientSecret: word, seed: word, signingKey: z.record(z.string(), z.string()) }),
  appliance: z.object({ privateKeyHex: hexKey, postgresPassword: word, marker: z.string().min(33) }),
  monitoring: z.object({ token: word }),
  /** The AppView's, too; in a file of its own, since there were boxes before there was a labeler. */
  labeler: z.object({ privateKeyHex: hexKey }),
  signing: signingSchema,
} as const satisfies Record<InsideName | 'appliance' | 'monitoring' | 'labeler' | 'signing', z.ZodType>

export type Secrets = { [Name in keyof typeof schemas]: z.output<(typeof schemas)[Name]> }
type InsideName = Exclude<ComponentName, FaceName>
/** Of those inside, with a Postgres role each. */
export type DatabaseRole = Exclude<InsideName, 'idp'>

/** Reads the box's secrets; those that do not exist yet are drawn, and kept with mode 0600. */
export async function keepSecrets(dataDir: string): Promise<Secrets> {
  const keep = <Name extends keyof Secrets>(name: Name, draw: () => Promise<Secrets[Name]>) =>
    keepSecret(secretFile(dataDir, name), schemas[name] as unknown as z.ZodType<Secrets[Name]>, draw)
  const [directory, relay, appview, gateway, org, people, idp, appliance, monitoring, labeler, signing] =
    await Promise.all([
      keep('directory', drawComponent),
      keep('relay', drawComponent),
      keep('appview', drawComponent),
      keep('gateway', drawComponent),
      keep('org', async () => ({ ...(await drawComponent()), pds: await drawPds(dataDir, 'org') })),
      keep('people', async () => ({
        ...(await drawComponent()),
        pds: await drawPds(dataDir, 'people'),
        registryKeyHex: await drawK256(),
      })),
      keep('idp', async () => ({ clientSecret: drawWord(), seed: drawWord(), signingKey: await drawRsaKey() })),
      keep('appliance', async () => ({
        privateKeyHex: await drawP256(),
        postgresPassword: drawWord(),
        // Longer than the 32 characters the public directory takes, so that neither log replays into the other (DESIGN §3).
        marker: `atoll_private_${randomBytes(16).toString('hex')}`,
      })),
      keep('monitoring', async () => ({ token: mintMonitorToken() })),
      keep('labeler', async () => ({ privateKeyHex: await drawK256() })),
      keep('signing', async () => ({ privateKeyHex: await drawP256(), former: [] })),
    ])
  return { directory, relay, appview, gateway, org, people, idp, appliance, monitoring, labeler, signing }
}

/** Another key signs from now on; the former's public half stays listed for what it signed. @returns the former's */
export async function rotateSigningKey(dataDir: string, now: Date): Promise<string> {
  const { signing } = await keepSecrets(dataDir)
  const key = publicKeyOf(signing.privateKeyHex)
  const former = [{ key, expires: now.toISOString() }, ...signing.former]
  await writePrivateJson(secretFile(dataDir, 'signing'), { privateKeyHex: await drawP256(), former })
  return key
}

function secretFile(dataDir: string, name: keyof Secrets): string {
  return join(dataDir, 'secrets', `${name}.json`)
}

export async function keepSecret<T>(file: string, schema: z.ZodType<T>, draw: () => Promise<T>): Promise<T> {
  const kept = await readJsonIfThere(file)
  if (kept !== undefined) {
    const parsed = schema.safeParse(kept)
    if (parsed.success) return parsed.data
    throw new Error(`${file} is not what was kept there (${parsed.error.issues[0]?.path.join('.')}): restore it.`)
  }
  const drawn = await draw()
  await writePrivateJson(file, drawn)
  return drawn
}

export async function drawComponent(): Promise<{ privateKeyHex: string; databasePassword: string }> {
  return { privateKeyHex: await drawP256(), databasePassword: drawWord() }
}

export async function drawPds(
  dataDir: string,
  role: 'org' | 'people' | 'edge-org' | 'edge-people',
): Promise<Secrets['org']['pds']> {
  return {
    jwtSecret: drawWord(),
    adminPassword: drawWord(),
    rotationKeyHex: await drawK256(),
    recoveryKey: await drawRecoveryKey(dataDir, role),
  }
}

/** The private half goes where its owner finds it and takes it away; the box itself never reads it. */
async function drawRecoveryKey(dataDir: string, role: string): Promise<string> {
  const keypair = await Secp256k1Keypair.create({ exportable: true })
  await writePrivateJson(join(dataDir, 'recovery', `${role}.json`), {
    note: `Recovery key of every identity on the ${role} PDS: it outranks the PDS' own key for 72 hours after a change. Atoll does not need this file. Move it to a safe place offline and delete it here.`,
    publicKey: keypair.did(),
    privateKeyHex: Buffer.from(await keypair.export()).toString('hex'),
  })
  return keypair.did()
}
