import type { DidString } from '@atproto/syntax'
import type { Clock } from '#common/clock/index.ts'
import type { OpenDatabase } from '#common/db/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { AppViewConfig } from '../config.ts'
import { gatewayUrlOf } from '../ingest/apply/setting.ts'
import type { AppViewTables } from '../schema/index.ts'
import { Delivery } from './deliver/deliver.ts'
import { Notices } from './notices.ts'

interface Parts {
  config: Pick<AppViewConfig, 'notices' | 'outbound' | 'network'>
  database: OpenDatabase<AppViewTables>
  /** Knows where people read mail. */
  people: PeerClient
  clock: Clock
  log: Logger
}

/** Begins to send what is to be told. @param resources takes what it is sent with */
export function sendNotices({ config, people, ...parts }: Parts, resources: AsyncDisposableStack): Notices {
  const { notices, outbound, network } = config
  const addressOf = async (did: string) =>
    (await people.call(app.npm.operation.getAddress, { params: { did: did as DidString } })).address
  const delivery = resources.use(new Delivery({ config: notices, outbound, clock: parts.clock, addressOf }))
  return new Notices({ ...parts, config: notices, delivery, registry: gatewayUrlOf(network) })
}
