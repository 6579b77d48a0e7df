import { collectCode } from '#appliance/admin/collect-code.ts'
import { app } from '#lexicons'
import { affectedEntry } from '#test/support/osv-entry.ts'
import type { Person } from './person.ts'

interface Answer {
  status: number
  body: Record<string, unknown>
}

/** An entry as a security team writes it. */
export function ownEntry(name: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    schema_version: '1.7.4',
    summary: 'Reads the files of others',
    database_specific: { severity: 'HIGH' },
    affected: [affectedEntry(name, [{ introduced: '0' }, { fixed: '1.4.2' }])],
    ...changes,
  }
}

/** What `atoll advisory add`, `withdraw` and an audit do, for one person. */
export class AdvisoryDesk {
  readonly person: Person

  constructor(person: Person) {
    this.person = person
  }

  adds(osv: unknown, more: object = {}): Promise<Answer & { page: string }> {
    return this.#does(app.npm.gateway.addAdvisory.$nsid, { osv, ...more })
  }

  withdraws(id: string, reason = 'it was none'): Promise<Answer & { page: string }> {
    return this.#does(app.npm.gateway.withdrawAdvisory.$nsid, { id, reason })
  }

  /** `npm audit`, of versions of one package. @returns what is told of them */
  async audits(name: string, ...versions: string[]): Promise<Record<string, unknown>[]> {
    const answer = await this.person.asks('/-/npm/v1/security/advisories/bulk', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ [name]: versions }),
    })
    const body = (await answer.json()) as Record<string, Record<string, unknown>[]>
    return body[name] ?? []
  }

  async lists(params: Record<string, string> = {}) {
    const path = `/xrpc/${app.npm.security.listAdvisories.$nsid}?${new URLSearchParams(params)}`
    const answer = await this.person.asks(path)
    const body = (await answer.json()) as app.npm.security.listAdvisories.$OutputBody
    return { status: answer.status, ...body, ids: (body.advisories ?? []).map(({ advisory }) => advisory.id) }
  }

  async #does(nsid: string, input: object): Promise<Answer & { page: string }> {
    const asked = await this.#asks(nsid, input)
    const { authUrl, doneUrl } = asked.body as { authUrl?: string; doneUrl?: string }
    if (authUrl === undefined || doneUrl === undefined) return { ...asked, page: '' }
    const page = await this.person.browser.reads(authUrl)
    await this.person.browser.approve(authUrl)
    return { ...(await this.#asks(nsid, input, await collectCode(doneUrl))), page }
  }

  async #asks(nsid: string, input: object, otp?: string): Promise<Answer> {
    const answer = await this.person.asks(`/xrpc/${nsid}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(otp === undefined ? {} : { 'npm-otp': otp }) },
      body: JSON.stringify(input),
    })
    return { status: answer.status, body: (await answer.json()) as Answer['body'] }
  }
}
