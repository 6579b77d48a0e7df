import { collectCode } from '#appliance/admin/collect-code.ts'
import type { Person } from './person.ts'

/** What a registry says to npm. */
export interface Answer {
  status: number
  body: Record<string, unknown>
}

/** One request, as npm writes it. @param otp the code it repeats a request with */
export async function asks(
  person: Person,
  method: string,
  path: string,
  body?: unknown,
  otp?: string,
): Promise<Answer> {
  // npm says what kind of body it sends only when it sends one.
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const headers: Record<string, string> = {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(otp === undefined ? {} : { 'npm-otp': otp }),
  }
  const answer = await person.asks(path, { method, headers, ...sent })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

/** Up to the code: npm repeats the request with it. */
export async function approved(person: Person, { body }: Answer): Promise<string> {
  await person.browser.approve(String(body['authUrl']))
  return collectCode(String(body['doneUrl']))
}

/** Both halves of one write. */
export async function writes(person: Person, method: string, path: string, body?: unknown): Promise<Answer> {
  const asked = await asks(person, method, path, body)
  if (asked.body['authUrl'] === undefined) return asked
  return asks(person, method, path, body, await approved(person, asked))
}
