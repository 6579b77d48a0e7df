import type { DidString, UriString } from '@atproto/lex-schema'
import semver from 'semver'
import type { PeerName } from '#common/config/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { type LabelSubject, parseSubject, subjectUri } from '#common/labels/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { findRepo } from '../ingest/repos.ts'
import { knownVersions } from '../labeler/apply-rules.ts'
import { isInRange } from '../labels/index.ts'
import { isMirrored } from '../mirror/repos.ts'
import { resolveName } from '../resolve/resolve-name.ts'
import type { XrpcContext } from './context.ts'
import { mayRead, viewOrg } from './read-set.ts'
import { registeredOrgs } from './registered-orgs.ts'

/** The people PDS shows it to whoever approves. */
const callers = ['gateway', 'people'] as const satisfies PeerName[]
const maxShown = 20

/** What a label would be about: whoever asks for one should not have to know how it is spelled, nor guess how much it hits. */
export function findLabelled(context: XrpcContext): void {
  method(context.server, app.npm.registry.findLabelled, {
    auth: context.authorize(callers),
    handler: async ({ params: { about, viewer, org, range }, auth }) => {
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      const subject = await readSubject(context, about, viewer)
      const own = subject.kind === 'private' && !(await isOutside(context, subject.org))
      const by = own ? subject.org : (org ?? (await onlyOrg(context, viewer, auth.iss)))
      const uri = subjectUri(subject)
      const versions = (await knownVersions(context.db, uri))
        .map(({ version }) => version)
        .filter((version) => range === undefined || isInRange(version, range))
        .toSorted(semver.rcompare)
      return {
        subject: uri as UriString,
        ...(by === undefined ? {} : { org: by as DidString }),
        total: versions.length,
        versions: versions.slice(0, maxShown),
      }
    },
  })
}

/** @throws NotFound for what the viewer may not read, or nobody has */
async function readSubject(context: XrpcContext, about: string, viewer: string | undefined): Promise<LabelSubject> {
  const given = /^(did|pkg|at):/.test(about) ? parseSubject(about) : undefined
  if (given !== undefined) {
    const hidden = given.kind === 'private' && viewer !== undefined && !(await isOutside(context, given.org))
    if (hidden && !(await mayRead(context, given.org, viewer, given.name))) {
      throw new AtollError('NotFound', { package: given.name })
    }
    return given
  }
  const asked = parsePackageName(about)
  const row = await resolveName(context, asked)
  if (row.source === 'upstream') return { kind: 'upstream', name: asked.name }
  if (row.source === 'public') return { kind: 'private', org: row.did, name: asked.name }
  if (row.source === 'none' || (viewer !== undefined && !(await mayRead(context, row.org, viewer, asked.name)))) {
    throw new AtollError('NotFound', { package: asked.name })
  }
  return { kind: 'private', org: row.org, name: asked.name }
}

/** It is an account of the public network, and none of this one. */
async function isOutside({ db }: XrpcContext, did: string): Promise<boolean> {
  return (await findRepo(db, did)) === undefined && (await isMirrored(db, did))
}

async function onlyOrg(context: XrpcContext, viewer: string | undefined, caller: string): Promise<string | undefined> {
  if (viewer === undefined) return undefined
  const concerned: string[] = []
  for (const org of await registeredOrgs(context)) {
    if ((await viewOrg(context, org, viewer, caller)).concerned) concerned.push(org)
  }
  return concerned.length === 1 ? concerned[0] : undefined
}
