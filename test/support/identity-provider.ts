import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { IdpConfig } from '#common/config/index.ts'

type Key = Awaited<ReturnType<typeof generateKeyPair>>['privateKey']

/** An identity provider that signs whatever a test wants it to: discovery, keys and ID tokens are as real ones make them. */
export class TestIdentityProvider implements AsyncDisposable {
  readonly config: IdpConfig
  readonly #server: Server
  readonly #key: Key

  static async start(): Promise<TestIdentityProvider> {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] }
    const server = createServer((request, response) => {
      const { port } = server.address() as AddressInfo
      const issuer = `http://localhost:${port}`
      const discovery = { issuer, jwks_uri: `${issuer}/jwks` }
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(request.url === '/jwks' ? jwks : discovery))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new TestIdentityProvider(server, privateKey)
  }

  private constructor(server: Server, key: Key) {
    const { port } = server.address() as AddressInfo
    this.#server = server
    this.#key = key
    this.config = {
      issuer: `http://localhost:${port}`,
      clientId: 'atoll',
      mfa: { request: {}, claim: 'amr', accept: ['otp'] },
      groups: { claim: 'groups', maxAgeHours: 1 },
      maxAgeSeconds: 0,
    }
  }

  /** What it says about somebody who has just authenticated with a second factor. */
  claimsFor(subject: string, op: Uint8Array): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1000)
    return {
      iss: this.config.issuer,
      aud: this.config.clientId,
      sub: subject,
      nonce: Buffer.from(op).toString('base64url'),
      auth_time: now,
      amr: ['pwd', 'otp'],
      iat: now,
      exp: now + 3600,
    }
  }

  /** @param key another one than the provider's, for forgeries */
  sign(claims: Record<string, unknown>, key: Key = this.#key): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(key)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
