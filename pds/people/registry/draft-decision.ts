import type { DatetimeString, DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { type ClaimableName, parseClaimableName, scopeKey } from '#common/names/index.ts'
import { approveName } from '#common/operations/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { approvedBy } from './administrators.ts'
import { type Half, proveClaim, proveTransfer } from './prove-halves.ts'
import { checkRegistered, holderOf, type Registry, registryWord } from './registry-word.ts'

/** What the registry would write to give a name to an organisation: made of the organisations' halves alone. */
export interface Decision {
  asked: ClaimableName
  /** DID of who gives it; undefined for a grant. */
  from: string | undefined
  to: string
  transfer: Half | undefined
  claim: Half
  /** Of the later half. */
  createdAt: string
  record: BuiltRecord
}

interface Wanted {
  /** DID of the organisation that shall have it. */
  org: string
  /** A package's name, or `@scope/*`. */
  name: string
}

/**
 * A grant of what nobody has, or has had.
 * @throws InvalidName; InvalidRequest for what is no organisation of the registry; NotClaimed; NameTaken; ProofFailed,
 *   ComponentUnavailable when the claim cannot be proven
 */
export async function draftGrant(registry: Registry, { org, name }: Wanted): Promise<Decision> {
  const asked = parseClaimableName(name)
  await checkRegistered(registry, org)
  const claim = await proveClaim(registry, org, asked)
  await checkNotOthers(registry, org, asked)
  return decisionOf(registry, { asked, from: undefined, to: org, transfer: undefined, claim })
}

/** A change of what another organisation has. @throws as `draftGrant`; NotTransferred */
export async function draftChange(registry: Registry, { org: to, name }: Wanted): Promise<Decision> {
  const asked = parseClaimableName(name)
  await checkRegistered(registry, to)
  const claim = await proveClaim(registry, to, asked)
  const from = await giverOf(registry, asked, to)
  if (from === undefined) throw new AtollError('NotTransferred', { org: 'Nobody', to, package: asked.name })
  const transfer = await proveTransfer(registry, { from, to }, asked)
  await checkIsUnused(registry, asked, { from, to, transfer })
  return decisionOf(registry, { asked, from, to, transfer, claim })
}

/** What an administrator of the registry approves, and who did. */
export async function draftNameDecision(
  registry: Registry,
  wanted: Wanted,
): Promise<app.npm.operation.draftNameDecision.$OutputBody> {
  const from = await giverOf(registry, parseClaimableName(wanted.name), wanted.org)
  const decision = await (from === undefined ? draftGrant : draftChange)(registry, wanted)
  const { uri, cid } = decision.record
  const approvers = await approvedBy(registry, uri, cid)
  return {
    registry: registry.config.registry.did as DidString,
    ...inputOf(decision),
    approvedBy: approvers as DidString[],
  }
}

/** As `approveName` takes it. */
export function inputOf({ asked, from, to, transfer, claim, createdAt }: Omit<Decision, 'record'>) {
  const given = from === undefined ? {} : { from: from as DidString, ...(transfer && { transfer: transfer.ref }) }
  return { name: asked.name, to: to as DidString, ...given, claim: claim.ref, createdAt: createdAt as DatetimeString }
}

/** Who has the name and is another; or gave it with a change that is in effect already. */
async function giverOf(registry: Registry, asked: ClaimableName, to: string): Promise<string | undefined> {
  const holder = await holderOf(registry, asked)
  if (holder !== to) return holder
  return (await registryWord(registry, asked.key))?.transfer?.from
}

/** A transfer hands over once: who got a name back did not agree to part with it again. */
async function checkIsUnused(
  { host, config }: Registry,
  { name, key }: ClaimableName,
  { from, to, transfer }: { from: string; to: string; transfer: Half },
): Promise<void> {
  const { main } = app.npm.name.change
  const existing = await host.findRecord(config.registry.did, main.$type, key)
  if (existing === undefined) return
  const last = main.parse(existing.record)
  if (last.transfer.cid === transfer.ref.cid || Date.parse(last.createdAt) < Date.parse(transfer.createdAt)) return
  throw new AtollError('NotTransferred', {
    org: from,
    to,
    package: name,
    reason: 'its transfer is older than the last change',
  })
}

/** What covers the name already belongs to somebody, and another would take it from them. */
async function checkNotOthers(registry: Registry, org: string, asked: ClaimableName): Promise<void> {
  const keys = asked.whole || asked.scope === undefined ? [asked.key] : [asked.key, scopeKey(asked.scope)]
  for (const key of keys) {
    const word = await registryWord(registry, key)
    if (word === undefined || word.org === org) continue
    const covering = key === asked.key ? asked.name : `@${asked.scope}/*`
    throw new AtollError('NameTaken', { package: asked.name, org, reason: `${covering} was granted to ${word.org}` })
  }
}

function decisionOf({ config }: Registry, parts: Omit<Decision, 'createdAt' | 'record'>): Decision {
  const times = [parts.claim.createdAt, parts.transfer?.createdAt ?? parts.claim.createdAt]
  const decision = { ...parts, createdAt: times.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? '' }
  return { ...decision, record: approveName.draftRecord(config.registry.did, inputOf(decision)) }
}
