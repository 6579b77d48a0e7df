import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { collectCode } from '#appliance/admin/index.ts'
import { createDemoPerson, type DemoPerson } from '#appliance/demo/person.ts'
import { type PackageSource, pack, packageFolder } from './package-folder.ts'
import { publishBody, putPackage, type RegistryAnswer } from './publish-request.ts'

/** A packed version, as it lies on its author's disk. */
export interface PackedVersion {
  name: string
  version: string
  integrity: string
  body: string
}

export async function packVersion(source: PackageSource): Promise<PackedVersion> {
  const folder = await packageFolder(source)
  const tarball = await pack(folder)
  await rm(folder, { recursive: true })
  const { name, version } = source
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
  return { name, version, integrity, body: JSON.stringify(publishBody(name, version, tarball)) }
}

/** Somebody of the demo who signed in at a box: speaks npm's protocol by hand, and goes through the pages. */
export class Developer {
  readonly gateway: string
  readonly token: string
  readonly person: DemoPerson

  private constructor(gateway: string, token: string, person: DemoPerson) {
    this.gateway = gateway
    this.token = token
    this.person = person
  }

  static async signIn(
    gateway: string,
    username: string,
    person: DemoPerson = createDemoPerson(username),
  ): Promise<Developer> {
    const asked = await fetch(`${gateway}/-/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ hostname: 'test' }),
    })
    const { loginUrl, doneUrl } = (await asked.json()) as { loginUrl: string; doneUrl: string }
    await person.confirmSignIn(loginUrl)
    return new Developer(gateway, await collectCode(doneUrl), person)
  }

  /** @param path under the gateway's root, sent as it is */
  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.gateway}${path}`, { headers: { authorization: `Bearer ${this.token}`, ...headers } })
  }

  /** One of the two PUTs of a publish. @param code of the second */
  put({ name, body }: PackedVersion, code?: string): Promise<RegistryAnswer> {
    return putPackage(this.gateway, this.token, name, body, code)
  }

  /** Goes through the approval page an answer names. @returns the one-time code */
  async approve({ authUrl, doneUrl }: RegistryAnswer['body']): Promise<string> {
    if (authUrl === undefined || doneUrl === undefined) throw new Error('there is nothing to approve')
    await this.person.approve(authUrl)
    return collectCode(doneUrl)
  }
}
