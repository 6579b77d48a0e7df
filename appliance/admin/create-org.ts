import { setTimeout as delay } from 'node:timers/promises'
import type { HandleString } from '@atproto/syntax'
import { app } from '#lexicons'
import { findPeople, listOrgs, NotFoundHere, type Org } from './find.ts'
import type { Admin } from './open-admin.ts'

const patienceMs = 15_000
const retryMs = 100

/**
 * Creates an organisation's account, and has the registry name its first managers. Doing it again changes nothing.
 * @param request.managers handles or DIDs of people who have signed in once
 * @returns when the index knows the organisation
 */
export async function createOrg(admin: Admin, request: { handle: string; managers: string[] }): Promise<Org> {
  const managers = await findPeople(admin, request.managers)
  const input = { handle: request.handle as HandleString }
  const { did } = await admin.org.call(app.npm.operation.createOrg, { input })
  const registration = { org: did, managers: managers.map((person) => person.did) }
  await admin.people.call(app.npm.operation.registerOrg, { input: registration })
  return awaitOrg(admin, did)
}

async function awaitOrg(admin: Admin, did: string): Promise<Org> {
  const until = Date.now() + patienceMs
  for (;;) {
    const org = (await listOrgs(admin)).find((candidate) => candidate.did === did)
    if (org !== undefined) return org
    if (Date.now() > until) throw new NotFoundHere(`${did} was created, but the index does not know it yet.`)
    await delay(retryMs)
  }
}
