import type { PeerName } from '#common/config/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import type { PackageJson } from '#common/tarball/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { findRepo } from '../ingest/repos.ts'
import { factsOfVersion } from '../promotion/facts-of-version.ts'
import { neededPackages } from '../promotion/needed-packages.ts'
import { privateNamesOf } from '../promotion/private-names.ts'
import { declaredSource } from '../provenance/declared-source.ts'
import { gatherFacts } from '../verdict/index.ts'
import type { XrpcContext } from './context.ts'

/** Who makes packages public. */
export const promoters = ['org'] as const satisfies PeerName[]

/** What the org PDS cannot know by itself and a preflight is judged by: everything that tells of the inside included, so it is for nobody else. */
export function getPromotionFacts(context: XrpcContext): void {
  method(context.server, app.npm.registry.getPromotionFacts, {
    auth: context.authorize(promoters),
    handler: async ({ input: { org, name: raw, versions: wanted } }) => {
      const { db, clock, policy, privateNames, provesHandle } = context
      const { name } = parsePackageName(raw)
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      const known = await gatherFacts({ db, now: clock.now() }, org, name)
      const asked = known.filter(({ row }) => wanted.includes(row.version))
      if (asked.length !== wanted.length) throw new AtollError('NotFound', { package: name })
      const names = await privateNamesOf(db, privateNames)
      const roots = asked.map(({ row }) => JSON.parse(Buffer.from(row.manifest).toString('utf8')) as PackageJson)
      const packages = await neededPackages(db, roots, names)
      const handle = (await findRepo(db, org))?.handle
      const isProven = handle == null ? Promise.resolve(false) : provesHandle(handle, org).catch(() => false)
      return {
        handleProven: await isProven,
        sourceDeclared: (await declaredSource(db, org, name)).source !== undefined,
        privateNames: names,
        packages: [...packages].map(([needed, found]) => ({ name: needed, ...found })),
        versions: asked.map(({ facts }) => factsOfVersion(facts, policy)),
      } as never
    },
  })
}
