import { type DestinationStream, type Logger, pino } from 'pino'
import { currentRequestId } from './request-scope.ts'

export type { Logger } from 'pino'
export { currentRequestId, inRequest } from './request-scope.ts'

// Headers and fields that carry credentials, wherever they turn up (DESIGN §9).
const secretPaths = ['authorization', 'cookie', 'npm-otp', 'set-cookie', 'atoll-id-token'].flatMap((name) => [
  `req.headers["${name}"]`,
  `headers["${name}"]`,
  `res.headers["${name}"]`,
])
// Not `code`, which is what errors of Node and of our catalogue are told apart by.
const secretFields = [
  'token',
  'idToken',
  'otp',
  'oneTimeCode',
  'password',
  'secret',
  'clientSecret',
  'privateKey',
].flatMap((name) => [name, `*.${name}`])

/** URLs carry single-use handles in their last path segment: /login/…, /approve/…, /done/…; and `npm logout` its token. */
export function redactUrl(url: string): string {
  return url
    .replace(/\/(login|approve|done|token)\/[\w-]+/g, '/$1/…')
    .replace(/([?&](?:code|state|token)=)[^&]+/g, '$1…')
}

function requestOf(reqId: string | undefined): { reqId?: string } {
  return reqId === undefined ? {} : { reqId }
}

/** One JSON line per event on stdout; the appliance merges the lines of all components into one log. */
export function createLogger(component: string, level = 'info', destination?: DestinationStream): Logger {
  const options = {
    name: component,
    level,
    base: { component },
    mixin: () => requestOf(currentRequestId()),
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: [...secretPaths, ...secretFields], censor: '…' },
    serializers: {
      err: pino.stdSerializers.errWithCause,
      req: (req: { id: string; method: string; url: string }) => ({
        id: req.id,
        method: req.method,
        url: redactUrl(req.url),
      }),
    },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}
