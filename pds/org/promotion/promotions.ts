import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { PdsHost } from '#pds/host/index.ts'
import { type Promotion, readPromotion } from './promotion.ts'

const { promotion, promotionDecision, promotionProgress } = app.npm.org
type Host = Pick<PdsHost, 'findRecord' | 'listRecords' | 'listAccounts'>

// An organisation promotes packages, not by the thousand.
const pageSize = 100
const maxPromotions = 10_000

/** @returns undefined when the organisation has none under this key */
export async function findPromotion(host: Host, org: string, id: string): Promise<Promotion | undefined> {
  const found = await host.findRecord(org, promotion.$nsid, id)
  return found && complete(host, org, { ...found, rkey: id })
}

/** Oldest first. */
export async function listPromotions(host: Host, org: string): Promise<Promotion[]> {
  const all: Promotion[] = []
  for (let after: string | undefined; all.length < maxPromotions; ) {
    const page = await host.listRecords(org, promotion.$nsid, { limit: pageSize, after })
    for (const each of page) all.push(await complete(host, org, each))
    if (page.length < pageSize) break
    after = page.at(-1)?.rkey
  }
  return all
}

/** DIDs of the organisations hosted here. */
export async function* organisations(host: Host): AsyncGenerator<string> {
  for (let after: string | undefined; ; ) {
    const page = await host.listAccounts({ limit: pageSize, after })
    for (const { did } of page) yield did
    if (page.length < pageSize) return
    after = page.at(-1)?.did
  }
}

async function complete(
  host: Host,
  org: string,
  { rkey: id, cid, record }: { rkey: string; cid: string; record: Parameters<typeof readPromotion>[0]['promotion'] },
): Promise<Promotion> {
  const [decision, progress] = await Promise.all([
    host.findRecord(org, promotionDecision.$nsid, id),
    host.findRecord(org, promotionProgress.$nsid, id),
  ])
  const uri = recordUri(org, promotion.$nsid, id)
  return readPromotion({ org, uri, cid, id, promotion: record, decision: decision?.record, progress: progress?.record })
}
