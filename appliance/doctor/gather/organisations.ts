import { type Admin, type BreakGlass, listBreakGlass, listOrgs, managersOf, type Org } from '#appliance/admin/index.ts'
import { IdentityResolver } from '#common/identity/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app, atproto } from '#lexicons'
import type { HeadFact, IdentityFact, OrgFact, PromotionFact } from '../facts.ts'

export interface OrganisationFacts {
  identities: IdentityFact[] | undefined
  heads: HeadFact[] | undefined
  orgs: OrgFact[] | undefined
  breakGlass: BreakGlass[] | undefined
  promotions: PromotionFact[] | undefined
}

// A check is for looking at a box now and then, not for thousands of questions.
const maxLookedAt = 100

interface Account {
  name: string
  did: string
  role: 'org' | 'people'
}

/** Looks at the registry and each organisation, as far as the components answer. Never rejects. */
export async function lookAtOrganisations(admin: Admin): Promise<OrganisationFacts> {
  const orgs = await orUndefined(listOrgs(admin))
  const registry: Account = { name: 'the registry', did: admin.network.registryDid, role: 'people' }
  const accounts = [
    registry,
    ...(orgs ?? []).slice(0, maxLookedAt).map(({ handle, did }): Account => ({ name: handle, did, role: 'org' })),
  ]
  const [identities, heads, managed, breakGlass, promotions] = await Promise.all([
    orUndefined(verifyLogs(admin, accounts)),
    orUndefined(compareHeads(admin, accounts)),
    orUndefined(orgs === undefined ? Promise.reject() : whoIsManaged(admin, orgs)),
    orUndefined(listBreakGlass(admin, { activeOnly: true })),
    orUndefined(promotionsOf(admin, orgs ?? [])),
  ])
  return { identities, heads, orgs: managed, breakGlass, promotions }
}

async function verifyLogs({ network }: Admin, accounts: readonly Account[]): Promise<IdentityFact[]> {
  const identities = new IdentityResolver(network)
  return Promise.all(
    accounts.map(async ({ name, did, role }) => {
      const account = await identities.resolve(did)
      if (account === undefined) return { name, did, problem: 'its operation log is missing, or does not verify' }
      return account.role === role ? { name, did } : { name, did, problem: `it is not hosted on the ${role} PDS` }
    }),
  )
}

async function compareHeads(admin: Admin, accounts: readonly Account[]): Promise<HeadFact[]> {
  return Promise.all(
    accounts.map(async ({ name, did, role }) => {
      const relay = await revisionAt(admin.relay, did)
      // Asked last, so that what is written meanwhile looks like a lag of the relay and is asked again.
      return { name, did, relay, pds: await revisionAt(admin[role], did) }
    }),
  )
}

async function revisionAt(peer: Pick<PeerClient, 'fetch'>, did: string): Promise<string | undefined> {
  const response = await orUndefined(peer.fetch(atproto.getLatestCommit, { did }, { timeoutMs: 5_000 }))
  if (response === undefined) return undefined
  const { rev } = (await response.json()) as { rev?: unknown }
  return typeof rev === 'string' ? rev : undefined
}

async function whoIsManaged(admin: Admin, orgs: readonly Org[]): Promise<OrgFact[]> {
  const managed = await managersOf(admin, orgs)
  return orgs.map(({ handle }, at) => ({ handle, managed: managed[at] ?? 'by-nobody' }))
}

async function promotionsOf(admin: Admin, orgs: readonly Org[]): Promise<PromotionFact[]> {
  const answers = await Promise.all(
    orgs
      .slice(0, maxLookedAt)
      .map(({ did }) => admin.org.call(app.npm.operation.listPromotions, { params: { org: did } })),
  )
  return answers
    .flatMap(({ promotions }) => promotions)
    .map(({ request, state, problem }) => {
      return { name: request.name, state, askedAt: Date.parse(request.createdAt), problem }
    })
}

function orUndefined<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch(() => undefined)
}
