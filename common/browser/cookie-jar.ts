interface Cookie {
  name: string
  value: string
  host: string
  path: string
  secure: boolean
  sameSite: 'strict' | 'lax' | 'none'
  /** Milliseconds since the epoch; undefined lasts as long as the jar. */
  expiresAt: number | undefined
}

export interface CookieRequest {
  url: URL
  method: string
  /** Where the navigation began: decides whether SameSite cookies go along. Undefined for an address typed in. */
  initiator: URL | undefined
}

const maxCookies = 200

/** Cookies of host names, ports not told apart, as browsers keep them (RFC 6265bis). Domain cookies are not taken. */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie>()

  /** @param lines the values of the `set-cookie` headers of one response */
  store(url: URL, lines: readonly string[]): void {
    for (const line of lines) {
      const cookie = parseCookie(url, line)
      if (cookie === undefined) continue
      const key = [cookie.host, cookie.path, cookie.name].join(' ')
      this.#cookies.delete(key)
      const expired = cookie.expiresAt !== undefined && cookie.expiresAt <= Date.now()
      if (!expired && this.#cookies.size < maxCookies) this.#cookies.set(key, cookie)
    }
  }

  /** The `cookie` header of a request, or undefined when there is nothing to send. */
  headerFor(request: CookieRequest): string | undefined {
    const sent = [...this.#cookies.values()]
      .filter((cookie) => isSent(cookie, request))
      // Longer paths first (RFC 6265, 5.4): servers take the first of a name.
      .sort((a, b) => b.path.length - a.path.length)
    return sent.length === 0 ? undefined : sent.map(({ name, value }) => `${name}=${value}`).join('; ')
  }
}

function isSent(cookie: Cookie, { url, method, initiator }: CookieRequest): boolean {
  if (cookie.host !== url.hostname || !pathMatches(url.pathname, cookie.path)) return false
  if (cookie.secure && url.protocol !== 'https:' && url.hostname !== 'localhost') return false
  if (cookie.expiresAt !== undefined && cookie.expiresAt <= Date.now()) return false
  const crossSite = initiator !== undefined && initiator.hostname !== url.hostname
  return !crossSite || cookie.sameSite === 'none' || (cookie.sameSite === 'lax' && method === 'GET')
}

function pathMatches(path: string, cookiePath: string): boolean {
  return path === cookiePath || path.startsWith(cookiePath.endsWith('/') ? cookiePath : `${cookiePath}/`)
}

function parseCookie(url: URL, line: string): Cookie | undefined {
  const [pair = '', ...rest] = line.split(';').map((part) => part.trim())
  const at = pair.indexOf('=')
  if (at < 1) return undefined
  const attributes = new Map(
    rest.map((part): [string, string] => {
      const [name = '', value = ''] = part.split(/=(.*)/s)
      return [name.toLowerCase(), value]
    }),
  )
  const domain = attributes.get('domain')
  if (domain !== undefined && domain !== url.hostname) return undefined
  return {
    name: pair.slice(0, at),
    value: pair.slice(at + 1),
    host: url.hostname,
    path: attributes.get('path')?.startsWith('/') ? (attributes.get('path') ?? '/') : defaultPath(url.pathname),
    secure: attributes.has('secure'),
    sameSite: sameSiteOf(attributes.get('samesite')),
    expiresAt: expiryOf(attributes),
  }
}

function defaultPath(pathname: string): string {
  return pathname.slice(0, Math.max(1, pathname.lastIndexOf('/')))
}

// Browsers treat a cookie that says nothing as Lax.
function sameSiteOf(value: string | undefined): Cookie['sameSite'] {
  const asked = value?.toLowerCase()
  return asked === 'strict' || asked === 'none' ? asked : 'lax'
}

function expiryOf(attributes: Map<string, string>): number | undefined {
  const maxAge = attributes.get('max-age')
  if (maxAge !== undefined) return Date.now() + Number(maxAge) * 1000
  const expires = attributes.get('expires')
  return expires === undefined ? undefined : Date.parse(expires)
}
