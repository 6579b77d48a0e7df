import type { DidString } from '@atproto/syntax'
import { z } from 'zod'
import { app } from '#lexicons'
import { callGateway, type GatewayCall, OperationRefused, type PersonalGateway } from './call-gateway.ts'
import { NotFoundHere, oneOrg } from './find.ts'

const { resolveName, listOrgs } = app.npm.registry

const resolvedSchema = z.object({ source: z.string(), org: z.string().optional() })
const orgsSchema = z.object({ orgs: z.array(z.object({ did: z.string(), handle: z.string() })) })

/**
 * The organisation whose package it is, as whoever asks sees it: it takes a token for that package, and nothing else.
 * @returns its DID
 * @throws NotFoundHere when the name is nobody's in this network; OperationRefused
 */
export async function orgOfPackage(gateway: PersonalGateway, name: string): Promise<DidString> {
  const answer = await ask(gateway, { nsid: resolveName.main.nsid, params: { name } })
  const { source, org } = resolvedSchema.parse(answer)
  if (source === 'private' && org !== undefined) return org as DidString
  throw new NotFoundHere(`${name} is no package of an organisation here.`)
}

/**
 * @param name handle or DID; undefined for the only one there is
 * @returns its DID
 * @throws NotFoundHere, OperationRefused
 */
export async function findOrgAs(gateway: PersonalGateway, name: string | undefined): Promise<DidString> {
  // A token that is limited to packages may not list organisations.
  if (name?.startsWith('did:') === true) return name as DidString
  const { orgs } = orgsSchema.parse(await ask(gateway, { nsid: listOrgs.main.nsid }))
  return oneOrg(orgs, name).did as DidString
}

/** Questions that every Atoll answers. @throws NotFoundHere when this is another kind of registry */
async function ask(gateway: PersonalGateway, call: GatewayCall): Promise<unknown> {
  try {
    return await callGateway(gateway, call)
  } catch (error) {
    if (!(error instanceof OperationRefused) || error.status !== 404) throw error
    throw new NotFoundHere(`${gateway.url} is no Atoll: say with --registry which registry you mean.`)
  }
}
