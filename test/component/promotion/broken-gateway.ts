import { collectCode } from '#appliance/admin/index.ts'
import { composeOperation } from '#common/operations/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { BoxPerson } from '#test/support/box-person.ts'
import type { OpenBox } from '#test/support/open-box.ts'

const lifetimeSeconds = 300
const client = 'any'

type Draft = Parameters<typeof composeOperation>[0]['input']
export type Credentials = app.npm.operation.redeemApproval.$OutputBody

/** An operation that waits for its person. */
export interface Asked {
  person: BoxPerson
  procedure: string
  bytes: Uint8Array
  op: Uint8Array
  write: BuiltRecord
  authUrl: string
  doneUrl: string
}

/**
 * Somebody who holds the gateway's key, and asks for whatever they like: so what stops them is one of the PDSes. The people are honest, and
 * approve what their page lets them.
 */
export class BrokenGateway {
  readonly #box: OpenBox

  constructor(box: OpenBox) {
    this.#box = box
  }

  /** @returns `done`, or what is said against it */
  async does(person: BoxPerson, procedure: string, input: object, org: string = this.#box.acme): Promise<string> {
    try {
      const asked = await this.opens(person, procedure, input, org)
      return await this.sends(asked, await this.approved(asked))
    } catch (error) {
      return wordsOf(error)
    }
  }

  /** @throws AtollError when the people PDS opens no page for it */
  async opens(person: BoxPerson, procedure: string, input: object, org: string = this.#box.acme): Promise<Asked> {
    const now = new Date()
    const draft = { createdAt: now.toISOString(), ...input } as Draft
    const expiry = Math.floor(now.getTime() / 1000) + lifetimeSeconds
    const { bytes, op, write } = composeOperation({ org, procedure, input: draft, expiry })
    const people = await this.#box.calls('people', { as: 'gateway' })
    const requester = { address: '127.0.0.1', client: 'npm' }
    const { authUrl, doneUrl } = await people.call(app.npm.operation.openApproval, {
      input: { operation: copyOf(bytes), did: person.did, client, requester },
    })
    return { person, procedure, bytes, op, write, authUrl, doneUrl }
  }

  /** Their person approves it, and the code is redeemed. @throws Error when the page refuses */
  async approved({ person, authUrl, doneUrl, op }: Asked): Promise<Credentials> {
    await (await person.atWork()).person.approve(authUrl)
    const code = await collectCode(doneUrl)
    const people = await this.#box.calls('people', { as: 'gateway' })
    const input = { code, did: person.did, client, op: copyOf(op) }
    return people.call(app.npm.operation.redeemApproval, { input })
  }

  /** @returns `done`, or what the org PDS says against it */
  async sends({ procedure, bytes }: Pick<Asked, 'procedure' | 'bytes'>, credentials: Credentials): Promise<string> {
    const response = await fetch(`${this.#box.parts.network.peers.org.url}/xrpc/${procedure}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${credentials.token}`,
        'atoll-operation': Buffer.from(bytes).toString('base64url'),
        'atoll-id-token': credentials.idToken,
        'content-type': 'application/octet-stream',
      },
      body: new Uint8Array(),
    })
    const { error: code, message = '' } = (await response.json()) as { error?: string; message?: string }
    return code === undefined ? 'done' : wordsOf({ code, message })
  }
}

/** The code of an error, and its sentence; of a page what is written there. */
export function wordsOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return typeof code === 'string' ? `${code}: ${message}` : String(message)
}

const copyOf = (bytes: Uint8Array) => new Uint8Array(bytes) as Uint8Array<ArrayBuffer>
