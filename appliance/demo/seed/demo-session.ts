import { z } from 'zod'
import { type Approval, collectCode, type OperationRequest, operate } from '#appliance/admin/index.ts'
import { createDemoPerson, type DemoPerson } from '../person.ts'

const signInSchema = z.object({ loginUrl: z.url(), doneUrl: z.url() })
const timeoutMs = 30_000

/** Somebody of the demo, signed in at the gateway; disposing signs them out. */
export class DemoSession implements AsyncDisposable {
  readonly #gateway: string
  readonly #token: string
  readonly #person: DemoPerson

  private constructor(gateway: string, token: string, person: DemoPerson) {
    this.#gateway = gateway
    this.#token = token
    this.#person = person
  }

  /** What `npm login` does, with the pages gone through by `username`. */
  static async open(gateway: string, username: string): Promise<DemoSession> {
    const person = createDemoPerson(username)
    const response = await fetch(`${gateway}/-/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ hostname: 'demo' }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!response.ok) throw new Error(`The gateway answers ${response.status} to a sign-in: ${await response.text()}`)
    const { loginUrl, doneUrl } = signInSchema.parse(await response.json())
    await person.confirmSignIn(loginUrl)
    return new DemoSession(gateway, await collectCode(doneUrl), person)
  }

  /** The whole ceremony: asked for, approved with the second factor, executed, and counting. */
  async approve(request: OperationRequest): Promise<void> {
    await operate({ url: this.#gateway, token: this.#token }, request, async ({ authUrl, doneUrl }: Approval) => {
      await this.#person.approve(authUrl)
      return collectCode(doneUrl)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await fetch(`${this.#gateway}/-/user/token/${encodeURIComponent(this.#token)}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${this.#token}` },
      signal: AbortSignal.timeout(timeoutMs),
    }).catch(() => {})
  }
}
