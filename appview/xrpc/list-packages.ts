import type { DidString } from '@atproto/syntax'
import { isValidSubject } from '#common/authz/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { accessOf } from '../access/index.ts'
import { findRepo } from '../ingest/repos.ts'
import { keepOwned } from '../resolve/keep-owned.ts'
import { network } from '../schema/index.ts'
import { readers, type XrpcContext } from './context.ts'
import { type OrgView, viewOrg } from './read-set.ts'
import { registeredOrgs } from './registered-orgs.ts'

type Listed = app.npm.registry.listPackages.Package

interface Asked {
  viewer: string
  /** Whose access it is. */
  subject: string
}

/** The packages of an organisation, team or person. What the viewer has nothing to do with does not exist. */
export function listPackages(context: XrpcContext): void {
  method(context.server, app.npm.registry.listPackages, {
    auth: context.authorize(readers),
    handler: async ({ params: { viewer, org, subject = viewer }, auth }) => {
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      checkSubject(subject, org)
      const asked = { viewer, subject }
      const packages: Listed[] = []
      for (const one of org === undefined ? await registeredOrgs(context) : [org]) {
        const view = await viewOrg(context, one, viewer, auth.iss)
        const seen = isSeen(view, asked)
        const listed = seen ? await packagesIn(context, one, asked) : []
        // Nothing is an answer, too, but only to who knows already that there is somebody to be asked about.
        if (org !== undefined && !(seen && (view.concerned || listed.length > 0))) throw new AtollError('NotFound')
        packages.push(...listed)
      }
      return { packages }
    },
  })
}

function checkSubject(subject: string, org: string | undefined): void {
  const isTeam = subject.startsWith('team:')
  if (isValidSubject(subject) && (subject.startsWith('did:') || (isTeam && org !== undefined))) return
  const reason = isTeam ? 'a team is one of an organisation: say which' : 'the subject is neither a DID nor a team'
  throw new AtollError('InvalidRequest', { reason })
}

/** Of others' rights those are told who manage; of a team's, also who is in it. */
function isSeen({ seesAll, subjects, rights }: OrgView, { viewer, subject }: Asked): boolean {
  if (subject.startsWith('did:')) return subject === viewer || seesAll
  const exists = rights.teams.some(({ name }) => `team:${name}` === subject)
  return exists && (seesAll || subjects.has(subject))
}

async function packagesIn(context: XrpcContext, org: string, { viewer, subject }: Asked): Promise<Listed[]> {
  if ((await findRepo(context.db, org))?.active !== true) return []
  const enforcer = await context.enforcers.of(org)
  const [mayRead, accessTo] = [enforcer.allowsEach(viewer, 'read'), accessOf(enforcer, subject)]
  const rendered = await context.db
    .selectFrom('packument')
    .where('network', '=', network)
    .where('org', '=', org)
    .where('form', '=', 'full')
    .orderBy('name')
    .select(['org', 'name'])
    .execute()
  const readable = rendered.filter(({ name }) => mayRead(name))
  return (await keepOwned(context, readable)).flatMap(({ name }): Listed[] => {
    const access = accessTo(name)
    return access === undefined ? [] : [{ org: org as DidString, name, access }]
  })
}
