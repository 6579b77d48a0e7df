import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { declaredSource } from '../provenance/declared-source.ts'
import { network } from '../schema/index.ts'
import { administrators, type XrpcContext } from './context.ts'

type Answer = app.npm.registry.getSource.$OutputBody

/** What an organisation says of a package as a whole, and the source its provenance is held to. */
export function getSource(context: XrpcContext): void {
  method(context.server, app.npm.registry.getSource, {
    auth: context.authorize(administrators),
    handler: async ({ params: { org, name: raw } }): Promise<Answer> => {
      const { name } = parsePackageName(raw)
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      const row = await context.db
        .selectFrom('package')
        .where('network', '=', network)
        .where('org', '=', org)
        .where('name', '=', name)
        .select(['description', 'license', 'keywords', 'homepage'])
        .executeTakeFirst()
      if (row === undefined) throw new AtollError('NotFound', { package: name })
      const { description, license, keywords, homepage } = row
      const declared = await declaredSource(context.db, org, name)
      return definedOnly({ name, description, license, keywords, homepage, ...declared }) as Answer
    },
  })
}

function definedOnly(fields: Record<string, unknown>): Record<string, unknown> {
  const isSaid = (value: unknown) =>
    value !== null && value !== undefined && (!Array.isArray(value) || value.length > 0)
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isSaid(value)))
}
