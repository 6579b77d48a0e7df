import { asksDomain } from './ask-protocol.ts'
import { classicPackages } from './classic-names.ts'
import type { Question } from './crawl.ts'
import { hiddenOfKit, kit } from './followed-kit.ts'
import { animals, hiddenOfUi, privateNames, privateVersions, ui } from './private-life.ts'
import type { Inside } from './secrets-of.ts'
import { type About, saidOf, twinOf } from './twin-of.ts'

const plain = [
  '/',
  '/-/ping',
  '/-/npm/v1/keys',
  '/-/whoami',
  '/-/all',
  '/-/npm/v1/tokens',
  '/-/npm/v1/user',
  '/-/stage',
]
const others = ['/-/v1/search?text=', '/-/v1/search?text=&size=250', '/healthz', '/readyz', '/metrics', '/xrpc/_health']

/** What npm asks of a registry about a package. */
const ofPackage: ((about: About) => string)[] = [
  ({ name }) => `/${name}`,
  ({ name }) => `/${name.replace('/', '%2f')}?write=true`,
  ({ name }) => `/${name}/latest`,
  ({ name }) => `/-/v1/search?text=${encodeURIComponent(name)}`,
  ({ name }) => `/-/v1/search?text=${encodeURIComponent(`keywords:${name}`)}`,
  ({ name }) => `/-/package/${name.replace('/', '%2f')}/dist-tags`,
  ({ name }) => `/-/package/${name.replace('/', '%2f')}/visibility`,
  ({ name }) => `/-/package/${name.replace('/', '%2f')}/collaborators`,
  ({ name }) => `/-/package/${name.replace('/', '%2f')}/access`,
  ({ name }) => `/-/package/${name.replace('/', '%2f')}/trust`,
  ({ name }) => `/-/stage?package=${encodeURIComponent(name)}`,
]
const ofVersion: ((about: About) => string)[] = [
  ({ name, version }) => `/${name}/${version}`,
  ({ name, tag }) => `/${name}/${tag}`,
  ({ name, version }) => `/-/npm/v1/attestations/${name.replace('/', '%2f')}@${version}`,
  ({ name, version }) => `/${name}/-/${fileOf(name, version)}`,
  ({ did, name, version }) => `/${did}/${name}/-/${fileOf(name, version)}`,
]
const billOf = ({ name, version }: About) => `/-/sbom/${name}@${version}`
const ofAccount: ((about: About) => string)[] = [
  ({ handle }) => `/-/user/org.couchdb.user:${handle}`,
  ({ handle }) => `/-/user/${handle}/package`,
  ({ handle }) => `/-/org/${handle}/user`,
  ({ handle }) => `/-/org/${handle}/team`,
  ({ handle }) => `/-/team/${handle}/${animals.team}-crew/user`,
  ({ handle }) => `/@${handle}%2fui`,
  ({ did }) => `/${did}/${ui}/-/ui-1.0.0.tgz`,
  ({ did }) => `/${did}`,
]

/** Everything that npm, or somebody who guesses, can ask the public gateway. */
export function* askRegistry(host: string, inside: Inside, open: ReadonlySet<string>): Generator<Question> {
  for (const path of [...plain, ...others]) yield { host, method: 'GET', path, names: [] }
  const acme = inside.accounts.find(({ handle }) => handle === 'acme.test')
  const place = { did: acme?.did ?? '', handle: '', collection: '', rkey: '', cid: '', tag: `${animals.tag}-next` }
  for (const name of [...privateNames, ...classicPackages]) {
    for (const path of ofPackage) yield* ask(host, 'GET', path, { ...place, name, version: '' }, open)
    for (const version of privateVersions)
      for (const path of ofVersion) yield* ask(host, 'GET', path, { ...place, name, version }, open)
  }
  const [name = '', version = ''] = [privateNames[0], privateVersions[0]]
  for (const method of ['HEAD', 'PUT', 'POST', 'DELETE'])
    for (const path of [...ofPackage, ...ofVersion]) yield* ask(host, method, path, { ...place, name, version }, open)
  const hidden = { [ui]: hiddenOfUi, [kit]: hiddenOfKit }
  for (const [known, versions] of Object.entries(hidden))
    for (const number of versions)
      for (const path of [...ofVersion, billOf])
        yield* ask(host, 'GET', path, { ...place, name: known, version: number }, open, known)
  for (const { did, handle } of inside.accounts) {
    yield* asksDomain(host, handle, open.has(handle))
    for (const path of ofAccount) yield* ask(host, 'GET', path, { ...place, name: '', version: '', did, handle }, open)
  }
}

/** @param known the name is public, and is asked for as it is */
function* ask(
  host: string,
  method: string,
  path: (about: About) => string,
  about: About,
  open: ReadonlySet<string>,
  known?: string,
): Generator<Question> {
  const twin = { ...twinOf(about, open), ...(known === undefined ? {} : { name: known }) }
  const asked = { host, method, path: path(about), names: [...saidOf(about), `${animals.team}-crew`] }
  if (path(twin) === asked.path) yield asked
  else yield { ...asked, twin: { path: path(twin), names: [...saidOf(twin), `${animals.team}-crew`] } }
}

function fileOf(name: string, version: string): string {
  return `${name.slice(name.indexOf('/') + 1)}-${version}.tgz`
}
