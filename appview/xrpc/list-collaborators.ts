import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { accessOf, peopleOfPackage } from '../access/index.ts'
import { maintainersOf } from '../render/maintainers.ts'
import { resolveName } from '../resolve/resolve-name.ts'
import { decide, gatherFacts } from '../verdict/index.ts'
import { readers, type XrpcContext } from './context.ts'
import { handlesOfPeople } from './handles-of.ts'
import { checkReadable, isRendered, viewOrg } from './read-set.ts'

type Collaborator = app.npm.registry.listCollaborators.Collaborator

/** Who may read or publish a package; whoever may not manage the organisation is told whom its packument names, and of themselves. */
export function listCollaborators(context: XrpcContext): void {
  method(context.server, app.npm.registry.listCollaborators, {
    auth: context.authorize(readers),
    handler: async ({ params, auth }) => {
      const { viewer } = params
      const asked = parsePackageName(params.name)
      const { name } = asked
      const row = await resolveName(context, asked)
      if (row.source !== 'private') throw new AtollError('NotFound', { package: name })
      const { org } = row
      await checkReadable(context, org, viewer, name)
      if (!(await isRendered(context, org, name))) throw new AtollError('NotFound', { package: name })
      const { rights, seesAll } = await viewOrg(context, org, viewer, auth.iss)
      const others = seesAll ? peopleOfPackage(rights, name) : [viewer]
      const people = new Set([...(await maintainersNow(context, org, name)), ...others])
      const enforcer = await context.enforcers.of(org)
      const handles = await handlesOfPeople(context.db)
      const collaborators = Array.from(people).flatMap((did): Collaborator[] => {
        const known = handles.get(did)
        const access = accessOf(enforcer, did)(name)
        return known === undefined || access === undefined ? [] : [{ did: did as DidString, ...known, access }]
      })
      return { collaborators: collaborators.toSorted((a, b) => (a.handle < b.handle ? -1 : 1)) }
    },
  })
}

async function maintainersNow({ db, clock, policy }: XrpcContext, org: string, name: string): Promise<string[]> {
  const known = await gatherFacts({ db, now: clock.now() }, org, name)
  const allowed = known.filter(({ facts }) => decide(facts, policy).kind === 'allow')
  return (await maintainersOf(db, { org, name }, allowed)).map(({ did }) => did)
}
