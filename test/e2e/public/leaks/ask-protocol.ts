import type { Question } from './crawl.ts'
import { type ProtocolMethod, protocolMethods } from './protocol-methods.ts'
import type { Inside } from './secrets-of.ts'
import { type About, saidOf, twinOf } from './twin-of.ts'

/** How methods call what they are asked about. */
const meanings: Record<string, (about: About) => string> = {
  did: ({ did }) => did,
  dids: ({ did }) => did,
  repo: ({ did }) => did,
  org: ({ did }) => did,
  actor: ({ did }) => did,
  viewer: ({ did }) => did,
  identifier: ({ handle }) => handle,
  handle: ({ handle }) => handle,
  hostname: ({ handle }) => handle,
  email: ({ handle }) => handle,
  collection: ({ collection }) => collection,
  nsid: ({ collection }) => collection,
  rkey: ({ rkey }) => rkey,
  cid: ({ cid }) => cid,
  cids: ({ cid }) => cid,
  blob: ({ cid }) => cid,
  uri: uriOf,
  uris: uriOf,
  uriPatterns: uriOf,
  subject: uriOf,
  name: ({ name }) => name,
  package: ({ name }) => name,
  term: ({ name }) => name,
  text: ({ name }) => name,
  q: ({ name }) => name,
  version: ({ version }) => version,
  tag: ({ tag }) => tag,
}
/** In which a question is about one record or block, and not about an account as a whole. */
const precise = ['rkey', 'cid', 'cids', 'blob', 'uri', 'uris', 'uriPatterns']

/**
 * All queries of the protocol and of Atoll, asked of one host about everything that is inside: about each record and block, and about each
 * account by DID and by handle.
 */
export async function* askProtocol(host: string, inside: Inside, open: ReadonlySet<string>): AsyncGenerator<Question> {
  const methods = (await protocolMethods()).filter(({ nsid }) => /^(com\.atproto|app\.npm)\./.test(nsid))
  const pages = ['/', '/xrpc/_health', '/healthz', '/readyz', '/metrics', '/robots.txt', '/account', '/tls-check']
  const known = ['did.json', 'oauth-protected-resource', 'oauth-authorization-server', 'atproto-did']
  for (const path of [...pages, ...known.map((file) => `/.well-known/${file}`)])
    yield { host, method: 'GET', path, names: [] }
  const accounts = inside.accounts.flatMap(({ did, handle }) => [did, handle].map((repo) => aboutAccount(repo, handle)))
  const dids = [...open].filter((each) => each.startsWith('did:'))
  const blocks = [...inside.exact].filter((token) => token.startsWith('baf'))
  for (const method of methods) {
    const isPrecise = method.parameters.some((name) => precise.includes(name))
    // One of ours is answered to nobody here: a few are enough to see that.
    const few = method.nsid.startsWith('app.npm.')
    const records = inside.records.slice(0, few ? 3 : Number.POSITIVE_INFINITY).map((each) => aboutRecord(inside, each))
    for (const about of isPrecise ? records : accounts) yield* askOf(host, method, about, open)
    if (!isPrecise || few || method.parameters.includes('rkey')) continue
    for (const cid of blocks) for (const did of dids) yield* askOf(host, method, { ...nothing, did, cid }, open)
  }
  for (const { handle } of inside.accounts) yield* asksDomain(host, handle, open.has(handle))
}

/** What its domain says of a handle, were it to lead here. */
export function* asksDomain(host: string, handle: string, isOpen: boolean): Generator<Question> {
  const asked = { host, method: 'GET', path: '/.well-known/atproto-did', domain: handle, names: [handle] }
  const twin = { path: asked.path, domain: 'nobody.people.test', names: ['nobody.people.test'] }
  yield isOpen ? asked : { ...asked, twin }
}

const nothing: About = { did: '', handle: '', collection: '', rkey: '', cid: '', name: '', version: '', tag: '' }

function* askOf(host: string, method: ProtocolMethod, about: About, open: ReadonlySet<string>): Generator<Question> {
  const twin = twinOf(about, open)
  const asked = { host, method: 'GET', path: pathOf(method, about), names: saidOf(about) }
  const path = pathOf(method, twin)
  yield path === asked.path ? asked : { ...asked, twin: { path, names: saidOf(twin) } }
}

function pathOf({ nsid, parameters }: ProtocolMethod, about: About): string {
  const query = parameters.flatMap((name) => {
    const value = meanings[name]?.(about) ?? ''
    return value === '' ? [] : [[name, value] as [string, string]]
  })
  return `/xrpc/${nsid}?${new URLSearchParams(query)}`
}

function aboutAccount(did: string, handle: string): About {
  return { ...nothing, did, handle, collection: 'app.npm.org.team' }
}

function aboutRecord({ accounts }: Inside, { did, collection, rkey, cid }: Inside['records'][number]): About {
  const handle = accounts.find((account) => account.did === did)?.handle ?? ''
  return { ...nothing, did, handle, collection, rkey, cid }
}

function uriOf({ did, collection, rkey }: About): string {
  return `at://${did}/${collection}/${rkey}`
}
