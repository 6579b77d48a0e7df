import type { DidString } from '@atproto/syntax'
import { app } from '#lexicons'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'

/** An advisory that an organisation here wrote, withdrawn or not. */
export interface Standing {
  id: string
  org: DidString
  advisory: app.npm.security.defs.Advisory
  own: app.npm.security.defs.Own
}

/** Those with an id that somebody may read; the org PDS knows the others, too. */
export async function findStanding({ peers }: GatewayContext, { did }: Session, id: string): Promise<Standing[]> {
  const params = { viewer: did as DidString, id, all: true }
  const { advisories } = await peers.appview.call(app.npm.security.listAdvisories, { params })
  return advisories.flatMap(({ advisory, own }) => (own === undefined ? [] : [{ id, org: own.org, advisory, own }]))
}
