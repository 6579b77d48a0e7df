import { collectCode } from '#appliance/admin/collect-code.ts'
import type { Person } from './person.ts'

export interface MadeToken {
  key: string
  token: string
  name: string
  [field: string]: unknown
}

const path = '/-/npm/v1/tokens'

/** What `npm token` does, for one person. */
export class TokenDesk {
  readonly person: Person

  constructor(person: Person) {
    this.person = person
  }

  /** The first half of `npm token create`, or both with the code. */
  asks(body: object, otp?: string): Promise<Response> {
    const headers = { 'content-type': 'application/json', ...(otp === undefined ? {} : { 'npm-otp': otp }) }
    return this.person.asks(path, { method: 'POST', headers, body: JSON.stringify(body) })
  }

  /** All of it. @returns the token, and what the approval page said */
  async makes(body: object): Promise<{ made: MadeToken; page: string }> {
    const asked = await this.asks(body)
    const { authUrl, doneUrl, error } = (await asked.json()) as Record<string, string>
    if (authUrl === undefined || doneUrl === undefined) throw new Error(`no token: ${asked.status} ${error}`)
    const page = await this.person.browser.reads(authUrl)
    await this.person.browser.approve(authUrl)
    const made = await this.asks(body, await collectCode(doneUrl))
    if (made.status !== 201) throw new Error(`no token: ${made.status} ${await made.text()}`)
    return { made: (await made.json()) as MadeToken, page }
  }

  async lists(query = ''): Promise<MadeToken[]> {
    const { objects } = (await (await this.person.asks(`${path}${query}`)).json()) as { objects: MadeToken[] }
    return objects
  }

  ends(which: string): Promise<Response> {
    return this.person.asks(`${path}/token/${which}`, { method: 'DELETE' })
  }
}
