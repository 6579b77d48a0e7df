import { setTimeout as delay } from 'node:timers/promises'
import type { Account } from '#common/identity/index.ts'
import { scopeKey } from '#common/names/index.ts'
import { buildRecord, recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { note } from '../audit-notes/index.ts'
import type { PeopleContext } from '../context.ts'
import { invalid } from './registry-word.ts'

type Registry = Pick<PeopleContext, 'host' | 'config' | 'clock' | 'log' | 'db'>

const pageSize = 100

/**
 * When an organisation changes its handle, the registry grants it the scope it had (DESIGN §3). Nobody claims that: its verified
 * operation log says whose handle it was. What two organisations had is for people to decide.
 */
export async function grantFormerHandles(registry: Registry): Promise<void> {
  const { host, config, clock, log } = registry
  const { did } = config.registry
  const { main: schema } = app.npm.name.grant
  const orgs = await registeredAccounts(registry)
  for (const { did: org, formerHandles = [] } of orgs) {
    for (const handle of formerHandles) {
      if (orgs.some((other) => other.did !== org && hadHandle(other, handle))) continue
      const rkey = scopeKey(handle)
      if ((await host.findRecord(did, schema.$type, rkey)) !== undefined) continue
      const fields = { name: `@${handle}/*`, org, createdAt: new Date(clock.now()).toISOString() }
      const procedure = app.npm.operation.grantName.main.nsid
      const record = buildRecord({ schema, rkey, fields }, invalid)
      await host.write(did, [{ action: 'create', ...record }], { by: config.self.did, procedure })
      const subject = recordUri(did, schema.$type, rkey)
      const about = { action: 'name.granted' as const, subject, details: record.cid, by: config.self.did }
      await note(registry, { id: `${about.action} ${subject} ${record.cid}`, ...about })
      log.info({ org, handle }, 'the registry granted the scope of a former handle')
    }
  }
}

/** Looks for changed handles until it is disposed. */
export function keepGrantingHandles(context: Registry): AsyncDisposable {
  const stop = new AbortController()
  const granting = grantAll(context, stop.signal)
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await granting
    },
  }
}

async function grantAll(context: Registry, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await grantFormerHandles(context).catch((err: unknown) => {
      context.log.warn({ err }, 'cannot see whether an organisation changed its handle; it is looked at again')
    })
    await delay(context.config.handleCheckMs, undefined, { signal }).catch(() => {})
  }
}

async function registeredAccounts({ host, config }: Registry): Promise<Account[]> {
  const accounts: Account[] = []
  const { $type: collection } = app.npm.registry.org.main
  for (let after: string | undefined; ; ) {
    const page = await host.listRecords(config.registry.did, collection, { limit: pageSize, after })
    for (const { rkey } of page) {
      const account = await host.identities.resolve(rkey, { fresh: true })
      if (account?.role === 'org') accounts.push(account)
    }
    after = page.at(-1)?.rkey
    if (page.length < pageSize) return accounts
  }
}

function hadHandle({ handle, formerHandles = [] }: Account, wanted: string): boolean {
  return handle === wanted || formerHandles.includes(wanted)
}
