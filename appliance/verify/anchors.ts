import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { UsageError } from '#appliance/failures.ts'
import { app } from '#lexicons'
import type { RegistryClient } from './registry-client.ts'

const did = z.string().regex(/^did:plc:[a-z2-7]{24}$/)

const anchorsSchema = z.strictObject({
  /** Of the file's format. */
  version: z.literal(1),
  /** The URL package managers use. */
  registry: z.url(),
  /** The account that grants names. */
  registryDid: did,
  /** Id of the service every operation of the private directory carries. */
  marker: z.string().min(1),
  /** Roles bind to hosts: version records count only from these, attestations only from those. */
  hosts: z.strictObject({ org: z.array(z.url()).min(1), people: z.array(z.url()).min(1) }),
  /** Whose packages this project may use. */
  orgs: z.array(
    z.strictObject({
      did,
      handle: z.string().min(1),
      /** Whoever installs here may not see who has which rights there, so the registry is believed in that. */
      rights: z.literal('believed').optional(),
    }),
  ),
  /** Version records of which nothing shows any more that who attested them was entitled to. */
  believed: z
    .array(
      z.strictObject({
        package: z.string().min(1),
        version: z.string().min(1),
        /** CID of the version record: the version and no other bytes. */
        record: z.string().min(1),
        attestedBy: did,
      }),
    )
    .optional(),
})
export type Believed = NonNullable<Anchors['believed']>[number]
/** What a project pins, and keeps under review beside its lockfile: everything else is proven from it. */
export type Anchors = z.infer<typeof anchorsSchema>

/** Where they are unless somebody says otherwise: beside the lockfile. */
export function anchorsBeside(lockfile: string): string {
  const folder = dirname(lockfile).replace(/(^|\/)node_modules(\/\.pnpm)?$/, '$1')
  return join(folder, 'atoll-anchors.json')
}

/** @throws UsageError when there are none, or they cannot be read */
export async function readAnchors(path: string): Promise<Anchors> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new UsageError(
      `There are no anchors at ${path}: "atoll verify --init --registry <url>" writes them. Commit the file, so that changes of it are reviewed.`,
      { cause },
    )
  })
  try {
    return anchorsSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new UsageError(`${path} does not hold anchors: "atoll verify --init" writes them.`, { cause })
  }
}

/** Asks the registry for them: the one moment in which it is believed. */
export async function fetchAnchors(client: RegistryClient): Promise<Anchors> {
  const {
    registry: registryDid,
    marker,
    orgHosts,
    peopleHosts,
    orgs,
  } = await client.query(app.npm.gateway.getAnchors, {})
  const hosts = { org: [...orgHosts], people: [...peopleHosts] }
  const sorted = orgs.map(({ did: org, handle }) => ({ did: org, handle })).sort((a, b) => (a.did < b.did ? -1 : 1))
  return anchorsSchema.parse({ version: 1, registry: client.url, registryDid, marker, hosts, orgs: sorted })
}
