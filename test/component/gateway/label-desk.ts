import { collectCode } from '#appliance/admin/collect-code.ts'
import { app } from '#lexicons'
import type { Person } from './person.ts'

export type LabelRequest = Omit<app.npm.gateway.label.$InputBody, 'org'> & { org?: string }

interface Answer {
  status: number
  body: Record<string, unknown>
}

/** What `atoll label`, `atoll block` and `atoll unblock` do, for one person. */
export class Labelling {
  readonly person: Person

  constructor(person: Person) {
    this.person = person
  }

  /** The first half, or both with the code. */
  async asks(request: LabelRequest, otp?: string): Promise<Answer> {
    const answer = await this.person.asks(`/xrpc/${app.npm.gateway.label.$nsid}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(otp === undefined ? {} : { 'npm-otp': otp }) },
      body: JSON.stringify(request),
    })
    return { status: answer.status, body: (await answer.json()) as Answer['body'] }
  }

  /** All of it. @returns the answer, and what the approval page said */
  async does(request: LabelRequest): Promise<Answer & { page: string }> {
    const asked = await this.asks(request)
    const { authUrl, doneUrl } = asked.body as { authUrl?: string; doneUrl?: string }
    if (authUrl === undefined || doneUrl === undefined) return { ...asked, page: '' }
    const page = await this.person.browser.reads(authUrl)
    await this.person.browser.approve(authUrl)
    return { ...(await this.asks(request, await collectCode(doneUrl))), page }
  }

  /** `src val` of everything that is said of a package; rules with their range. */
  async lists(name: string): Promise<{ status: number; labels: string[]; rules: string[] }> {
    const path = `/xrpc/${app.npm.registry.listLabels.$nsid}?name=${encodeURIComponent(name)}`
    const answer = await this.person.asks(path)
    const { labels = [], rules = [] } = (await answer.json()) as Partial<app.npm.registry.listLabels.$OutputBody>
    return {
      status: answer.status,
      labels: labels.map(({ val, version = 'all', trust }) => `${val} ${version} ${trust}`).toSorted(),
      rules: rules.map(({ val, range }) => `${val} ${range}`).toSorted(),
    }
  }
}
