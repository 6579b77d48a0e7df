import { type Html, type HtmlValue, html } from './html.ts'
import { facts } from './layout.ts'
import { size } from './sizes.ts'

/** DID → handle, of people that an operation names. */
export type People = ReadonlyMap<string, string>

type Input = Readonly<Record<string, unknown>>

/** In the order people expect: what it is about, what is said of it, and what it comes down to. */
const labels: ReadonlyMap<string, string> = new Map([
  ['name', 'Name'],
  ['version', 'Version'],
  ['tag', 'Tag'],
  ['stagedBy', 'Staged by'],
  ['subject', 'For'],
  ['range', 'Range'],
  ['val', 'Label'],
  ['neg', 'Taken back'],
  ['exp', 'Ends'],
  ['reason', 'Reason'],
  ['action', 'Action'],
  ['access', 'Rights'],
  ['packages', 'Packages'],
  ['cidrs', 'Usable from'],
  ['expiresAt', 'Ends'],
  ['effect', 'Effect'],
  ['checks', 'Checks waived'],
  ['until', 'Until'],
  ['reason', 'Reason'],
  ['requestedBy', 'Asked for by'],
  ['decidedBy', 'Decided by'],
  ['withdrawn', 'Withdrawn'],
  ['severity', 'Severity'],
  ['summary', 'Summary'],
  ['affected', 'Affected'],
  ['details', 'Details'],
  ['references', 'Links'],
  ['aliases', 'Also known as'],
  ['cvss', 'CVSS'],
  ['cwes', 'Weaknesses'],
  ['published', 'Published'],
  ['description', 'Description'],
  ['license', 'Licence'],
  ['keywords', 'Keywords'],
  ['homepage', 'Homepage'],
  ['members', 'Members'],
  ['groups', 'Groups'],
  ['claims', 'Claims of the job'],
  ['stageOnly', 'Stages only'],
  ['retired', 'Retired'],
  ['source', 'From'],
  ['versions', 'Versions'],
  ['follow', 'Later versions'],
  ['together', 'Needs, and promoted as well'],
  ['waivers', 'Warnings that do not matter'],
  ['attest', 'You stand behind'],
  ['promotion', 'Promotion CID'],
  ['askedAt', 'Asked for'],
  ['tarballBytes', 'All tarballs'],
  ['list', 'List CID'],
  ['listBytes', 'List size'],
  ['integrity', 'Integrity'],
  ['shasum', 'Shasum'],
  ['size', 'Tarball size'],
  ['provenance', 'Provenance bundle'],
  ['id', 'Key'],
  ['record', 'Record CID'],
  ['createdAt', 'Created'],
])

/** Every field of the operation is shown, known to this page or not: what is signed is what is seen. */
export function operationFacts(signed: Input, people: People): Html {
  const input = withRequest(signed)
  const known = [...labels.keys()].filter((field) => Object.hasOwn(input, field))
  const unknown = Object.keys(input).filter((field) => !labels.has(field))
  return facts([...known, ...unknown].map((field) => [labels.get(field) ?? field, shown(field, input[field], people)]))
}

/** An operation that holds what somebody else asked for is about that: its fields are shown as if they were its own. */
function withRequest({ request, ...own }: Input): Input {
  if (typeof request !== 'object' || request === null) return request === undefined ? own : { request, ...own }
  const { createdAt: askedAt, ...asked } = request as Record<string, unknown>
  // Its own word comes last: nothing that was asked for can hide what is signed now.
  return { ...asked, ...own, ...(askedAt === undefined ? {} : { askedAt }) }
}

const nothings: Readonly<Record<string, string>> = { cidrs: 'anywhere', members: 'nobody', groups: 'nobody' }

function shown(field: string, value: unknown, people: People): HtmlValue {
  if (Array.isArray(value)) {
    if (value.length === 0) return nothings[field] ?? 'none'
    return html`<ul>${value.map((item) => html`<li>${shown(field, item, people)}</li>`)}</ul>`
  }
  if (field === 'groups') return shownGroup(value)
  if (field === 'claims') return shownClaim(value)
  if (typeof value === 'object' && value !== null) return shownParts(value)
  if (['size', 'tarballBytes', 'listBytes'].includes(field) && typeof value === 'number') return size(value)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value !== 'string') return html`<code>${JSON.stringify(value)}</code>`
  if (field === 'integrity') return html`<code>${asNpmPrints(value)}</code><br>in full: <code>${value}</code>`
  const handle = people.get(value)
  return handle === undefined ? html`<code>${value}</code>` : html`${handle} <code>${value}</code>`
}

const partLabels: Readonly<Record<string, string>> = {
  version: 'version',
  code: 'finding',
  file: 'file',
  reason: 'because',
  issuer: 'jobs of',
  repository: 'repository',
  repositoryId: 'id of the repository',
  ownerId: 'id of its owner',
  workflows: 'workflows',
  refs: 'refs',
  environments: 'environments',
  cid: 'CID',
  integrity: 'integrity',
  size: 'bytes',
}

/** A part may have parts: ranges of versions. */
function inWords(part: unknown): string {
  return typeof part === 'object' ? JSON.stringify(part) : String(part)
}

/** A field that has fields of its own: a declared source, a bundle. */
function shownParts(value: object): Html {
  const parts = flattened(value).map(([path, part]) => {
    const text = Array.isArray(part) ? part.map(inWords).join(', ') : inWords(part)
    return html`<li>${partLabels[path] ?? path}: <code>${text}</code></li>`
  })
  return html`<ul>${parts}</ul>`
}

/** What is nested, each value by the path to it. */
function flattened(value: object, before = ''): [path: string, part: unknown][] {
  return Object.entries(value).flatMap(([field, part]): [string, unknown][] => {
    const isNested = typeof part === 'object' && part !== null && !Array.isArray(part)
    return isNested ? flattened(part, `${before}${field}.`) : [[`${before}${field}`, part]]
  })
}

/** What a job's ID token must say, exactly, for it to be trusted. */
function shownClaim(claim: unknown): Html {
  const { name, value } = claim as { name?: unknown; value?: unknown }
  return html`<code>${String(name)}</code> is <code>${String(value)}</code>`
}

function shownGroup(value: unknown): Html {
  const { id, issuer } = value as { id?: unknown; issuer?: unknown }
  return html`<code>${String(id)}</code> at <code>${String(issuer)}</code>`
}

/** npm's "integrity:" notice leaves out the middle (npm, lib/utils/tar.js). */
function asNpmPrints(integrity: string): string {
  return `${integrity.slice(0, 20)}[...]${integrity.slice(80)}`
}

/** A sentence about an operation, with handles in place of the DIDs that are known. */
export function nameInSentence(sentence: string, people: People): string {
  return sentence.replace(/did:plc:[a-z2-7]{24}/g, (did) => people.get(did) ?? did)
}
