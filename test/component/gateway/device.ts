import { request } from 'node:http'

export interface Asked {
  device_code: string
  user_code: string
  verification_uri: string
  expires_in: number
  interval: number
}

interface OauthAnswer {
  status: number | undefined
  body: Partial<Asked> & { access_token?: string; token_type?: string; error?: string; error_description?: string }
}

/** A machine without a browser, at an address of its own (all of 127.0.0.0/8 is this computer). */
export class Device {
  readonly #gateway: URL
  readonly #address: string

  constructor(gateway: string, address: string) {
    this.#gateway = new URL(gateway)
    this.#address = address
  }

  async asksForCode(): Promise<Asked> {
    const { status, body } = await this.posts('device_authorization', { client_id: 'atoll' })
    if (status !== 200) throw new Error(`no code: ${status} ${JSON.stringify(body)}`)
    return body as Asked
  }

  polls(device_code: string): Promise<OauthAnswer> {
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'
    return this.posts('token', { grant_type, device_code, client_id: 'atoll' })
  }

  posts(endpoint: string, form: Record<string, string>): Promise<OauthAnswer> {
    const options = {
      host: '127.0.0.1',
      port: this.#gateway.port,
      path: `/-/oauth/${endpoint}`,
      method: 'POST',
      localAddress: this.#address,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'a machine' },
    }
    return new Promise((resolve, reject) => {
      const asking = request(options, async (response) => {
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk as Buffer)
        resolve({ status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) })
      })
      asking.once('error', reject)
      asking.end(new URLSearchParams(form).toString())
    })
  }
}
