import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { bundleToJSON } from '@sigstore/bundle'
import { initializeCA, initializeCTLog, initializeTLog, rekorHandler } from '@sigstore/mock'
import { DSSEBundleBuilder, RekorWitness } from '@sigstore/sign'
import { tinyServer } from '../tiny-server.ts'

type CertificateAuthority = Awaited<ReturnType<typeof initializeCA>>

/** What Fulcio would write into the certificate: value by number below 1.3.6.1.4.1.57264.1. */
export type Claims = Readonly<Record<number, string>>

// Signed into its checkpoints, and looked up by that.
const logUrl = 'https://rekor.test'
const inToto = 'application/vnd.in-toto+json'

interface Trust {
  authority: CertificateAuthority
  certificateLog: { publicKey: Buffer; logID: ArrayBufferView<ArrayBuffer> }
  log: { publicKey: Buffer }
}

/** A private Sigstore: certificate authority, its log, and a transparency log, on one loopback port. */
export class SigstoreInstance implements AsyncDisposable {
  /** Text of its `trusted_root.json`. */
  readonly trustedRoot: string
  readonly #authority: CertificateAuthority
  readonly #rekor: { url: string } & AsyncDisposable

  constructor(trust: Trust, rekor: { url: string } & AsyncDisposable) {
    this.#authority = trust.authority
    this.#rekor = rekor
    this.trustedRoot = JSON.stringify(trustedRootOf(trust))
  }

  static async start(): Promise<SigstoreInstance> {
    const certificateLog = await initializeCTLog(keyPair('P-256'))
    const authority = await initializeCA(keyPair('P-384'), certificateLog)
    const log = await initializeTLog(logUrl, keyPair('P-256'))
    const { path, fn } = rekorHandler(log)
    const rekor = await tinyServer(async (request, response) => {
      if (request.url !== path) return void response.writeHead(404).end()
      const body = Buffer.concat(await request.toArray())
      const answer = await fn(body.toString('utf8'))
      response.writeHead(answer.statusCode, { 'content-type': 'application/json' }).end(answer.response)
    })
    return new SigstoreInstance({ authority, certificateLog, log }, rekor)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rekor[Symbol.asyncDispose]()
  }

  /**
   * Signs as a job would that these claims are about.
   * @param raw claims that are written as they are, not as a UTF8String
   * @returns the bundle, as npm sends it
   */
  async sign(statement: object, claims: Claims, payloadType = inToto, raw: Claims = {}): Promise<Buffer> {
    const { publicKey, privateKey } = keyPair('P-256')
    const certificate = await this.#certify(publicKey, claims, raw)
    const signer = {
      sign: (data: Buffer) =>
        Promise.resolve({
          signature: sign('sha256', data, privateKey),
          key: { $case: 'x509Certificate' as const, certificate },
        }),
    }
    const witness = new RekorWitness({ rekorBaseURL: this.#rekor.url, entryType: 'intoto' })
    const builder = new DSSEBundleBuilder({ signer, witnesses: [witness] })
    const bundle = await builder.create({ data: Buffer.from(JSON.stringify(statement)), type: payloadType })
    return Buffer.from(JSON.stringify(bundleToJSON(bundle)))
  }

  async #certify(publicKey: KeyObject, claims: Claims, raw: Claims): Promise<string> {
    const issued = await this.#authority.issueCertificate({
      publicKey: Buffer.from(publicKey.export({ format: 'der', type: 'spki' })),
      subjectAltName: claims[18] ?? 'https://example.test/nobody',
      extensions: Object.entries({ ...claims, ...raw }).map(([number, value]) => ({
        oid: `1.3.6.1.4.1.57264.1.${number}`,
        value,
        legacy: Number(number) < 8 || number in raw,
      })),
    })
    const der = Buffer.from(issued.buffer, issued.byteOffset, issued.byteLength).toString('base64')
    return `-----BEGIN CERTIFICATE-----\n${der.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
  }
}

function keyPair(namedCurve: string) {
  return generateKeyPairSync('ec', { namedCurve })
}

/** https://github.com/sigstore/protobuf-specs, `TrustedRoot` as JSON. */
function trustedRootOf({ authority, certificateLog, log }: Trust): object {
  const validFor = { start: new Date(Date.now() - 60_000).toISOString() }
  const publicKey = (rawBytes: Buffer) => ({
    rawBytes: rawBytes.toString('base64'),
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    validFor,
  })
  const { rootCertificate: root } = authority
  const { logID } = certificateLog
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [
      {
        baseUrl: logUrl,
        hashAlgorithm: 'SHA2_256',
        publicKey: publicKey(log.publicKey),
        logId: { keyId: createHash('sha256').update(log.publicKey).digest('base64') },
      },
    ],
    certificateAuthorities: [
      {
        subject: { organization: 'sigstore.mock', commonName: 'sigstore' },
        uri: 'https://fulcio.test',
        certChain: { certificates: [{ rawBytes: base64(root) }] },
        validFor,
      },
    ],
    ctlogs: [
      {
        baseUrl: 'https://ctlog.test',
        hashAlgorithm: 'SHA2_256',
        publicKey: publicKey(certificateLog.publicKey),
        logId: { keyId: base64(logID) },
      },
    ],
    timestampAuthorities: [],
  }
}

function base64({ buffer, byteOffset, byteLength }: ArrayBufferView<ArrayBuffer>): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64')
}
