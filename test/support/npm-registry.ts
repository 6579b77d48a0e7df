import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { tinyServer } from './tiny-server.ts'

interface Document {
  name: string
  'dist-tags': Record<string, string>
  versions: Record<string, Manifest>
}
interface Manifest extends Record<string, unknown> {
  dist: { integrity: string; shasum: string; tarball: string }
}
interface Sent extends Document {
  access?: string
  _attachments: Record<string, { data: string; length: number }>
}

/** What happens to a publish. */
type Mood =
  /** Nothing reaches it. */
  | { kind: 'answers'; status: number; body?: object }
  /** It takes the version, and the connection breaks before it says so. */
  | { kind: 'loses-its-answer' }
  /** It takes the version and never says so. */
  | { kind: 'never-answers' }
  /** It takes the version and does not show it. */
  | { kind: 'shows-late' }

/**
 * A registry that keeps to the rules npm's has: a token for writing, each version once and for good, `latest` for the first.
 * https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md
 */
export interface NpmRegistry extends AsyncDisposable {
  url: string
  /** Method and path of everything that was asked, in order. */
  requests: string[]
  /** What was sent, publish by publish. */
  sent: Sent[]
  /** Token that may publish, from now on. */
  accepts(token: string): void
  /** How it takes publishes, until told otherwise. */
  is(mood: Mood | undefined): void
  /** Where it sends who publishes. */
  redirects(to: string | undefined): void
  /** How it answers to those who look. */
  answersReads(status: number | undefined): void
  /** Somebody else published this. */
  has(name: string, version: string, bytes: Buffer, dist?: Partial<Manifest['dist']>): void
  packument(name: string): Document | undefined
  /** The bytes that it would hand out. */
  tarball(name: string, version: string): Buffer | undefined
  /** What waited is shown. */
  catchesUp(): void
}

const forbidden = 'You cannot publish over the previously published versions'

export async function startNpmRegistry(token: string): Promise<NpmRegistry> {
  const documents = new Map<string, Document>()
  const late = new Map<string, Document>()
  const tarballs = new Map<string, Buffer>()
  const [requests, sent]: [string[], Sent[]] = [[], []]
  let accepted = token
  let mood: Mood | undefined
  let reads: number | undefined
  let elsewhere: string | undefined

  const say = (response: ServerResponse, status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

  const keep = (into: Map<string, Document>, { name, versions, 'dist-tags': tags }: Document) => {
    const known = into.get(name) ?? { name, versions: {}, 'dist-tags': {} }
    const first = Object.keys(versions)[0]
    const latest: Record<string, string> =
      known['dist-tags']['latest'] === undefined && first !== undefined ? { latest: first } : {}
    into.set(name, {
      name,
      versions: { ...known.versions, ...versions },
      'dist-tags': { ...known['dist-tags'], ...latest, ...tags },
    })
  }

  const publish = async (request: IncomingMessage, response: ServerResponse) => {
    const document = JSON.parse((await buffer(request)).toString('utf8')) as Sent
    if (mood?.kind === 'answers') return say(response, mood.status, mood.body ?? {})
    if (request.headers.authorization !== `Bearer ${accepted}`) return say(response, 401, { error: 'who are you?' })
    sent.push(document)
    const [version = ''] = Object.keys(document.versions)
    const known = documents.get(document.name) ?? late.get(document.name)
    if (known?.versions[version] !== undefined) return say(response, 403, { error: `${forbidden}: ${version}.` })
    keep(mood?.kind === 'shows-late' ? late : documents, document)
    const [attachment] = Object.values(document._attachments)
    tarballs.set(`${document.name}@${version}`, Buffer.from(attachment?.data ?? '', 'base64'))
    if (mood?.kind === 'loses-its-answer') return response.destroy()
    if (mood?.kind === 'never-answers') return response
    return say(response, 201, { ok: true })
  }

  const server = await tinyServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`)
    if (request.method === 'PUT' && elsewhere !== undefined) {
      request.resume()
      return void response.writeHead(307, { location: elsewhere }).end()
    }
    if (request.method === 'PUT') return void (await publish(request, response))
    if (reads !== undefined) return void say(response, reads, {})
    const name = decodeURIComponent(new URL(request.url ?? '', 'http://registry.test').pathname.slice(1))
    const found = documents.get(name)
    say(response, found === undefined ? 404 : 200, found ?? { error: 'Not found' })
  })
  return {
    url: server.url,
    ...{ requests, sent },
    redirects(to) {
      elsewhere = to
    },
    accepts(other) {
      accepted = other
    },
    is(other) {
      mood = other
    },
    answersReads(status) {
      reads = status
    },
    has: (name, version, bytes, dist = {}) => {
      const digests = { integrity: 'sha512-b3RoZXI=', shasum: '0'.repeat(40), tarball: '', ...dist }
      keep(documents, { name, versions: { [version]: { name, version, dist: digests } }, 'dist-tags': {} })
      tarballs.set(`${name}@${version}`, bytes)
    },
    packument: (name) => documents.get(name),
    tarball: (name, version) => tarballs.get(`${name}@${version}`),
    catchesUp: () => {
      for (const document of late.values()) keep(documents, document)
      late.clear()
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
