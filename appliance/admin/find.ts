import type { DidString } from '@atproto/syntax'
import { Failure } from '#appliance/failures.ts'
import { app } from '#lexicons'
import type { Admin } from './open-admin.ts'

export interface Org extends Record<string, unknown> {
  did: DidString
  handle: string
  /** DIDs of those the registry named first. */
  managers: readonly DidString[]
}

export interface Person extends Record<string, unknown> {
  did: DidString
  handle: string
}

/** What was asked for is not there, or not clear; the message says what there is. */
export class NotFoundHere extends Failure {}

export async function listOrgs({ appview, did: viewer }: Admin): Promise<Org[]> {
  const { orgs } = await appview.call(app.npm.registry.listOrgs, { params: { viewer } })
  return orgs.map(({ did, handle, managers }) => ({ did, handle, managers }))
}

/** @param name handle or DID; undefined for the only one there is. @throws NotFoundHere */
export async function findOrg(admin: Admin, name: string | undefined): Promise<Org> {
  return oneOrg(await listOrgs(admin), name)
}

/** @param name handle or DID; undefined for the only one there is. @throws NotFoundHere */
export function oneOrg<T extends { did: string; handle: string }>(orgs: readonly T[], name: string | undefined): T {
  const found = name === undefined ? orgs : orgs.filter(({ did, handle }) => did === name || handle === name)
  const [org] = found
  if (org !== undefined && found.length === 1) return org
  const known = orgs.map(({ handle }) => handle).join(', ')
  if (name !== undefined) throw new NotFoundHere(`There is no organisation ${name}. There is: ${known || 'none yet'}.`)
  throw new NotFoundHere(orgs.length === 0 ? 'There is no organisation yet.' : `Say which with --org: ${known}.`)
}

/** Everybody who has signed in once. */
export async function listPeople({ people }: Admin): Promise<Person[]> {
  const all: Person[] = []
  let cursor: string | undefined
  do {
    const params = cursor === undefined ? { limit: 1000 } : { limit: 1000, cursor }
    const page = await people.call(app.npm.operation.listPeople, { params })
    all.push(...page.people)
    cursor = page.cursor
  } while (cursor !== undefined)
  return all
}

/** What a person is called in a table; whoever never signed in here, and everything that is no DID, stays what it is. */
export async function namePeople(admin: Admin): Promise<(subject: string) => string> {
  const handles = new Map<string, string>((await listPeople(admin)).map(({ did, handle }) => [did, handle]))
  return (subject) => handles.get(subject) ?? subject
}

/** @param names handles, the part of them before the first dot where that is clear, or DIDs. @throws NotFoundHere */
export async function findPeople(admin: Admin, names: readonly string[]): Promise<Person[]> {
  const people = await listPeople(admin)
  return names.map((name) => {
    const exact = people.find(({ did, handle }) => did === name || handle === name)
    const short = people.filter(({ handle }) => handle.split('.')[0] === name)
    const person = exact ?? (short.length === 1 ? short[0] : undefined)
    if (person !== undefined) return person
    throw new NotFoundHere(
      short.length > 1
        ? `${name} could be ${short.map(({ handle }) => handle).join(' or ')}.`
        : `Nobody called ${name} has signed in yet: accounts come with the first "npm login".`,
    )
  })
}

/** @throws NotFoundHere */
export async function findPerson(admin: Admin, name: string): Promise<Person> {
  const [person] = await findPeople(admin, [name])
  if (person === undefined) throw new NotFoundHere(`There is no ${name}.`)
  return person
}
