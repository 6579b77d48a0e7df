import type { Operation } from '@did-plc/lib'
import { z } from 'zod'
import type { NetworkConfig } from '#common/config/index.ts'
import { AtollError } from '#common/errors/index.ts'

const didKey = z.string().startsWith('did:key:').max(256)

const operationSchema = z.strictObject({
  type: z.literal('plc_operation'),
  rotationKeys: z.array(didKey).min(1).max(5),
  verificationMethods: z.record(z.string().max(128), didKey),
  alsoKnownAs: z.array(z.string().max(512)).max(10),
  services: z.record(z.string().max(128), z.strictObject({ type: z.string().max(256), endpoint: z.url().max(512) })),
  prev: z.string().max(128).nullable(),
  sig: z.string().max(128),
})

/**
 * What this directory asks beyond did:plc, so that its log and a public one cannot be replayed into each other (DESIGN §3):
 * a genesis that says nothing, and the marker, whose id the public directory finds too long, in everything after.
 * Tombstones carry no marker and are refused with the rest.
 * @param hosts PDS endpoints of the caller's role: a PDS speaks for the accounts it hosts
 * @throws InvalidOperation
 */
export function checkPrivateOperation(
  body: unknown,
  { marker }: Pick<NetworkConfig, 'marker'>,
  hosts: readonly string[],
): Operation {
  const parsed = operationSchema.safeParse(body)
  if (!parsed.success) throw new AtollError('InvalidOperation', { reason: 'not an operation of did:plc' }, parsed.error)
  if (parsed.data.prev === null) checkGenesis(parsed.data)
  else checkLater(parsed.data, marker, hosts)
  return parsed.data
}

function checkGenesis({ rotationKeys, verificationMethods, alsoKnownAs, services }: Operation): void {
  const says = [Object.keys(verificationMethods), alsoKnownAs, Object.keys(services)].some(({ length }) => length > 0)
  if (says) refuse('a genesis operation names no service, key or handle here')
  if (rotationKeys.length !== 1) refuse('a genesis operation has one rotation key here')
}

function checkLater({ services }: Operation, marker: string, hosts: readonly string[]): void {
  if (services[marker] === undefined) refuse('it is not marked as one of this network')
  const endpoint = services['atproto_pds']?.endpoint
  if (endpoint === undefined || !hosts.includes(endpoint)) refuse('its PDS is not the one that sent it')
}

function refuse(reason: string): never {
  throw new AtollError('InvalidOperation', { reason })
}
