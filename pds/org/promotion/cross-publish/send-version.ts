import { AgentThrough, type Outbound } from '#common/outbound/index.ts'
import type { CrossPublishConfig } from './config.ts'
import type { OutgoingVersion } from './outgoing-version.ts'
import { reasonOf } from './reason-of.ts'

// The tarball in base64, and the manifest with its README.
const overheadBytes = 16 * 2 ** 20
const maxAnswerBytes = 2 ** 20
const timeoutMs = 5 * 60_000
const maxSaidCharacters = 300

/** In place of a status. */
export const noAnswer = 0
/** And of what the library itself refuses to send. */
const notSent = 1

export interface Refusal {
  reason: string
  status: number
  cause: unknown
}

/**
 * Has libnpmpublish make the document and send it. The library packs nothing: what it is given is what it sends.
 * @returns why the registry did not take it
 */
export async function sendVersion(
  { manifest, tarball, tag }: OutgoingVersion,
  { registry, token }: CrossPublishConfig,
  outbound: Outbound,
): Promise<Refusal | undefined> {
  // Loaded at the first: it brings all of Sigstore.
  const { publish } = await import('libnpmpublish')
  const agent = new AgentThrough(outbound, {
    origin: new URL(registry).origin,
    maxRequestBytes: Math.ceil((tarball.length * 4) / 3) + overheadBytes,
    maxAnswerBytes,
    timeoutMs,
    headers: { authorization: `Bearer ${token}` },
  })
  try {
    // The manifest is changed by it.
    await publish(structuredClone(manifest), tarball, {
      ...{ registry: `${registry}/`, access: 'public', defaultTag: tag, agent, timeout: timeoutMs },
      // Whoever asks looks first whether it arrived after all.
      retry: { retries: 0 },
    })
    return undefined
  } catch (cause) {
    const { failure } = agent
    if (failure !== undefined) return { reason: reasonOf(failure), status: noAnswer, cause: failure }
    const { statusCode: status = notSent } = cause as { statusCode?: number }
    return { reason: describe(cause).replaceAll(token, '…'), status, cause }
  } finally {
    agent.destroy()
  }
}

/** A registry's refusal has a status and, as npm shows it, a sentence; of the library's own there is the sentence. */
function describe(cause: unknown): string {
  const { statusCode, body, message } = cause as { statusCode?: number; body?: unknown; message?: string }
  if (statusCode === undefined) return oneLine(message ?? 'it cannot be sent')
  const { error, message: told } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const said = [error, told].find((each) => typeof each === 'string')
  return `it answers ${statusCode}${said === undefined ? '' : `: ${oneLine(String(said))}`}`
}

function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, maxSaidCharacters)
    .replace(/\.$/, '')
}
