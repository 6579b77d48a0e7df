import type { Outbound, OutboundRequest } from './outbound.ts'

interface FetchOptions {
  method?: string | undefined
  body?: unknown
  headers?: RequestInit['headers']
  signal?: AbortSignal | null | undefined
}

/**
 * An outbound in the shape of `fetch`, for libraries that take one (openid-client, jose). It follows no redirects: both
 * ask for that, since an IdP's endpoints are where its discovery document says.
 */
export function asFetch(outbound: Outbound, limits: Pick<OutboundRequest, 'maxBytes' | 'timeoutMs'>) {
  return async (url: string | URL, { method, body, headers, signal }: FetchOptions = {}): Promise<Response> => {
    const answer = await outbound.fetch(String(url), {
      ...limits,
      method: method?.toUpperCase() === 'POST' ? 'POST' : 'GET',
      headers: Object.fromEntries(new Headers(headers)),
      maxRedirects: 0,
      ...(body == null ? {} : { body: body instanceof Uint8Array ? body : String(body) }),
      ...(signal == null ? {} : { signal }),
    })
    const bytes = await answer.bytes()
    const init = { status: answer.status, headers: [...answer.headers] }
    return new Response([204, 304].includes(answer.status) ? null : new Uint8Array(bytes), init)
  }
}
