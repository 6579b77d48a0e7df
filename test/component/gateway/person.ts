import type { DidString } from '@atproto/syntax'
import { collectCode } from '#appliance/admin/collect-code.ts'
import { createDemoPerson, type DemoMaintainer, type DemoOperator } from '#appliance/demo/person.ts'
import { app } from '#lexicons'
import { type PackageSource, pack, packageFolder } from '#test/support/package-folder.ts'
import { publishBody, putPackage, type RegistryAnswer } from '#test/support/publish-request.ts'

/** Somebody with a package manager and a browser. */
export class Person {
  readonly gateway: string
  readonly browser: DemoMaintainer & DemoOperator
  token: string | undefined

  constructor(gateway: string, username: string) {
    this.gateway = gateway
    this.browser = createDemoPerson(username)
  }

  /** Somebody who holds this token. */
  static holding(token: string | undefined, gateway: string): Person {
    const person = new Person(gateway, 'alice')
    person.token = token
    return person
  }

  /** `npm login` */
  async signsIn(): Promise<void> {
    const { loginUrl, doneUrl } = (await this.opensSignIn()).body
    await this.browser.confirmSignIn(loginUrl)
    this.token = await collectCode(doneUrl)
  }

  async opensSignIn(): Promise<{ status: number; body: { loginUrl: string; doneUrl: string } }> {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
    const response = await fetch(`${this.gateway}/-/v1/login`, init)
    return { status: response.status, body: (await response.json()) as { loginUrl: string; doneUrl: string } }
  }

  /** A request with this person's token. */
  asks(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    const authorization = { authorization: `Bearer ${this.token}` }
    const headers = { ...(this.token === undefined ? {} : authorization), ...init.headers }
    return fetch(`${this.gateway}${path}`, { redirect: 'error', ...init, headers })
  }

  async did(): Promise<DidString> {
    const { did } = (await (await this.asks('/-/npm/v1/user')).json()) as { did: DidString }
    return did
  }

  /** `npm publish` up to where npm shows the link. */
  puts(name: string, body: unknown, otp?: string): Promise<RegistryAnswer> {
    return putPackage(this.gateway, this.token, name, body, otp)
  }

  /** Approves what was answered with a link. @returns the code */
  async approves({ body: { authUrl = '', doneUrl = '' } }: RegistryAnswer): Promise<string> {
    await this.browser.approve(authUrl)
    return collectCode(doneUrl)
  }

  /** The whole of `npm publish`. @param body what npm sends, where it is not just the package */
  async publishes(source: PackageSource, body?: Record<string, unknown>): Promise<RegistryAnswer> {
    body ??= await bodyOf(source)
    const asked = await this.puts(source.name, body)
    if (asked.body.authUrl === undefined) return asked
    return this.puts(source.name, body, await this.approves(asked))
  }

  /** Lets somebody do something with every package, as a manager. */
  async permits(org: string, subject: string, action: string): Promise<Response> {
    const input = { id: `${action}-${subject.slice(-8)}`, subject, action, packages: '*', effect: 'allow' }
    return this.operates({ org, procedure: app.npm.operation.putPermission.$nsid, input })
  }

  async operates(request: { org: string; procedure: string; input: object }, otp?: string): Promise<Response> {
    const answer = await this.asks(`/xrpc/${app.npm.gateway.operate.$nsid}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(otp === undefined ? {} : { 'npm-otp': otp }) },
      body: JSON.stringify(request),
    })
    if (otp !== undefined || answer.headers.get('www-authenticate') !== 'OTP') return answer
    const { authUrl, doneUrl } = (await answer.json()) as { authUrl: string; doneUrl: string }
    await this.browser.approve(authUrl)
    return this.operates(request, await collectCode(doneUrl))
  }
}

/** What npm sends for a package. */
export async function bodyOf(
  source: PackageSource,
  changes: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  return publishBody(source.name, source.version, await pack(await packageFolder(source)), changes)
}
