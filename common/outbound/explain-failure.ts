import { BodyTooLarge } from '#common/bodies/index.ts'
import { OutboundRefused } from './check-target.ts'

/**
 * What may be said of a failure. What the network says ("ECONNREFUSED 10.0.0.7:443") is for the log; what we say
 * ourselves, and what an administrator has to set, may be shown.
 */
export function explainFailure(cause: unknown): string | undefined {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if (error instanceof OutboundRefused || error instanceof BodyTooLarge) return error.message
    if (error.name === 'TimeoutError' || timeouts.includes(codeOf(error))) return 'it took too long'
    if (distrusts.includes(codeOf(error))) return 'its certificate is not trusted here (network.caFile in atoll.yaml)'
    const proxyStatus = /^Proxy response \((\d{3})\)|^Proxy Authentication Required \((407)\)/.exec(error.message)
    if (proxyStatus !== null) return `the proxy answered ${proxyStatus[1] ?? proxyStatus[2]}`
  }
  return undefined
}

const timeouts = ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT']

// https://nodejs.org/api/tls.html#x509-certificate-error-codes
const distrusts = [
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
]

function codeOf(error: Error): string {
  return String((error as NodeJS.ErrnoException).code)
}
