import { parseDidKey } from '@atproto/crypto'
import type { OpOrTombstone } from '@did-plc/lib'
import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import { encodeRecord } from '#common/records/index.ts'

// https://github.com/did-method-plc/did-method-plc/blob/main/packages/server/src/constraints.ts
const limits = {
  operationBytes: 4_000,
  entries: 10,
  /** The longest handle, and `at://` before it. */
  aliasLength: 258,
  idLength: 32,
  serviceTypeLength: 96,
  endpointLength: 256,
} as const

// Fields that are none of did:plc's are left out, and with them the signature breaks: as there.
const operationSchema = z.object({
  type: z.literal('plc_operation'),
  rotationKeys: z.array(z.string()),
  verificationMethods: z.record(z.string(), z.string()),
  alsoKnownAs: z.array(z.string()),
  services: z.record(z.string(), z.object({ type: z.string(), endpoint: z.string() })),
  prev: z.string().nullable(),
  sig: z.string(),
})
const tombstoneSchema = z.object({ type: z.literal('plc_tombstone'), prev: z.string(), sig: z.string() })
const submittedSchema = z.discriminatedUnion('type', [operationSchema, tombstoneSchema])

type PlcOperation = z.output<typeof operationSchema>

/**
 * What the public directory asks beyond the rules of did:plc. A private network's marker is longer than an id may be here, so none
 * of its operations is taken (DESIGN §3).
 * @throws InvalidOperation
 */
export function checkPublicOperation(body: unknown): OpOrTombstone {
  const parsed = submittedSchema.safeParse(body)
  if (!parsed.success) throw new AtollError('InvalidOperation', { reason: 'not an operation of did:plc' }, parsed.error)
  const operation = parsed.data
  if (encodeRecord(operation).byteLength > limits.operationBytes) {
    refuse(`it is larger than ${limits.operationBytes} bytes`)
  }
  if (operation.type === 'plc_tombstone') return operation
  checkAliases(operation)
  checkRotationKeys(operation)
  checkServices(operation)
  checkVerificationMethods(operation)
  return operation
}

function checkAliases({ alsoKnownAs }: PlcOperation): void {
  atMost(limits.entries, alsoKnownAs, 'handles')
  for (const alias of alsoKnownAs) noLonger(limits.aliasLength, alias, 'a handle')
  if (new Set(alsoKnownAs).size < alsoKnownAs.length) refuse('it names a handle twice')
}

function checkRotationKeys({ rotationKeys }: PlcOperation): void {
  atMost(limits.entries, rotationKeys, 'rotation keys')
  for (const key of rotationKeys) requireKey(key, 'a rotation key')
}

function checkServices({ services }: PlcOperation): void {
  const entries = Object.entries(services)
  atMost(limits.entries, entries, 'services')
  for (const [id, { type, endpoint }] of entries) {
    noLonger(limits.idLength, id, 'the id of a service')
    noLonger(limits.serviceTypeLength, type, 'the type of a service')
    noLonger(limits.endpointLength, endpoint, 'the endpoint of a service')
  }
}

function checkVerificationMethods({ verificationMethods }: PlcOperation): void {
  for (const [id, key] of Object.entries(verificationMethods)) {
    noLonger(limits.idLength, id, 'the id of a verification method')
    requireKey(key, 'a verification method')
  }
}

function atMost(most: number, entries: readonly unknown[], what: string): void {
  if (entries.length > most) refuse(`it has more than ${most} ${what}`)
}

function noLonger(longest: number, text: string, what: string): void {
  if (text.length > longest) refuse(`${what} is longer than ${longest} characters`)
}

/** Of a curve that did:plc knows. */
function requireKey(key: string, what: string): void {
  try {
    parseDidKey(key)
  } catch {
    refuse(`${what} is no key`)
  }
}

function refuse(reason: string): never {
  throw new AtollError('InvalidOperation', { reason })
}
