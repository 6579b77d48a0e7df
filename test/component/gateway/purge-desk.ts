import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { collectCode } from '#appliance/admin/collect-code.ts'
import { app } from '#lexicons'
import type { GatewayScene } from './gateway-scene.ts'
import type { Person } from './person.ts'

export type PurgeRequest = Omit<app.npm.gateway.purge.$InputBody, 'org'> & { org?: string }

interface Answer {
  status: number
  body: Record<string, unknown>
}

/** What `atoll purge` does, for one person. */
export class Purging {
  readonly person: Person

  constructor(person: Person) {
    this.person = person
  }

  /** The first half, or both with the code. */
  async asks(request: PurgeRequest, otp?: string): Promise<Answer> {
    const answer = await this.person.asks(`/xrpc/${app.npm.gateway.purge.$nsid}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(otp === undefined ? {} : { 'npm-otp': otp }) },
      body: JSON.stringify(request),
    })
    return { status: answer.status, body: (await answer.json()) as Answer['body'] }
  }

  /** All of it. @returns the answer, and what the approval page said */
  async does(request: PurgeRequest): Promise<Answer & { page: string }> {
    const asked = await this.asks(request)
    const { authUrl, doneUrl } = asked.body as { authUrl?: string; doneUrl?: string }
    if (authUrl === undefined || doneUrl === undefined) return { ...asked, page: '' }
    const page = await this.person.browser.reads(authUrl)
    await this.person.browser.approve(authUrl)
    return { ...(await this.asks(request, await collectCode(doneUrl))), page }
  }
}

/** CIDs of the blobs that lie in the org PDS's folder of an organisation. */
export async function blobsOnDisk({ parts }: GatewayScene, org: string): Promise<string[]> {
  return (await readdir(join(parts.org.dataDir, 'blobs', org.replaceAll(':', '_')))).toSorted()
}

/** Names of the files in a gateway's cache: SHA-512 in hex. */
export async function filesCached(dataDir: string): Promise<string[]> {
  return (await readdir(join(dataDir, 'tarballs'))).toSorted()
}

/** The name under which a gateway keeps bytes. @param integrity SRI */
export function cachedName(integrity: string): string {
  return Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex')
}
