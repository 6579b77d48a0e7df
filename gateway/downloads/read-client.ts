import type { IncomingHttpHeaders } from 'node:http'
import type { DownloadClient } from './download.ts'

const maxPart = 48

/**
 * Who says they download. npm sends its command, and an id of the run where whoever embeds it gives one (npm-registry-fetch's
 * `lib/index.js`: `npm-command`, `npm-session`); other clients send a user agent alone.
 */
export function readClient(headers: IncomingHttpHeaders): DownloadClient {
  return {
    client: clientOf(headers['user-agent'] ?? ''),
    command: matched(headers['npm-command'], /^[a-z][a-z-]{0,31}$/) ?? '',
    tree: matched(headers['npm-session'], /^[\w-]{8,64}$/),
  }
}

/** The program with its version, and the CI system where npm names one: `npm/12.2.0 node/v24.1.0 linux x64 ci/gitlab`. */
function clientOf(userAgent: string): string {
  const parts = userAgent.split(' ')
  const [program = ''] = parts
  const system = parts.find((part) => part.startsWith('ci/'))
  return [program, system]
    .filter((part) => part !== undefined && part !== '')
    .map((part) => part?.slice(0, maxPart).replaceAll(/[^\x21-\x7e]/g, '?'))
    .join(' ')
}

function matched(header: string | string[] | undefined, pattern: RegExp): string | undefined {
  return typeof header === 'string' && pattern.test(header) ? header : undefined
}
