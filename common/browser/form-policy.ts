/**
 * Whether a page's Content-Security-Policy lets its form lead to this address. Chromium asks at every redirect of the
 * submission, not only for the first address; a page that forgets its identity provider works everywhere but there.
 */
export function allowsFormAction(policy: string | null, page: URL, target: URL): boolean {
  const directive = policy
    ?.split(';')
    .map((part) => part.trim().split(/\s+/))
    .find(([name]) => name === 'form-action')
  if (directive === undefined) return true
  return directive
    .slice(1)
    .some((source) => source === target.origin || (source === "'self'" && page.origin === target.origin))
}

/** The Origin header of a form's POST: pages whose policy is to send no referrer send no origin either (Fetch, 3.1). */
export function originOf(referrerPolicy: string | null, page: URL, target: URL): string {
  if (referrerPolicy === 'no-referrer') return 'null'
  if (referrerPolicy === 'same-origin' && page.origin !== target.origin) return 'null'
  return page.origin
}
