import type { ExportLine } from '#common/audit/index.ts'
import { parseSeal, type Seal, type Signed } from '#common/audit/seal.ts'
import { app } from '#lexicons'
import type { Admin } from './open-admin.ts'

export interface AuditEntryView extends Record<string, unknown> {
  seq: number
  /** RFC 3339. */
  at: string
  actor: string
  action: string
  subject: string
  details: Record<string, unknown>
  previousHash: string
  hash: string
}

/** What part of the log is wanted, by when entries were made; RFC 3339. */
export interface AuditPeriod {
  since?: string | undefined
  until?: string | undefined
}

type Client = Pick<Admin, 'gateway' | 'org' | 'network'>

const pageSize = 1_000

/** The last entries of a period, oldest first. */
export function lastEntries({ gateway }: Pick<Client, 'gateway'>, period: AuditPeriod, limit: number) {
  return listPage(gateway, { ...period, limit, newest: true })
}

/** All entries of a period in their order. @param range only these seqs, and after `after` */
export async function* entriesOf(
  { gateway }: Pick<Client, 'gateway'>,
  period: AuditPeriod & { after?: number; upTo?: number },
): AsyncGenerator<AuditEntryView> {
  for (let after = period.after ?? 0; ; ) {
    const page = await listPage(gateway, { ...period, after, limit: pageSize })
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < pageSize) return
    after = last.seq
  }
}

/**
 * An export that can be checked without this box: whole sealed batches that hold the period, and an end that is signed. Everything
 * is sealed before.
 * @throws AuditBroken when the log is not what was sealed before
 */
export async function* exportLines(admin: Client, period: AuditPeriod): AsyncGenerator<ExportLine> {
  const { gateway, org, network } = admin
  const seals = within(await allSeals(gateway), period)
  yield { type: 'header', version: 1, key: network.peers.org.key }
  for (const { seal, signed } of seals) {
    for await (const entry of entriesOf(admin, { after: seal.first - 1, upTo: seal.last })) {
      const { seq, at, actor, action, subject, details, previousHash, hash } = entry
      yield { type: 'entry', seq, at, actor, action, subject, details, previousHash, hash }
    }
    yield { type: 'seal', ...signed }
  }
  const [first, last] = [seals[0]?.seal.number ?? 0, seals.at(-1)?.seal.number ?? 0]
  const { end: text, signature } = await org.call(app.npm.operation.attestAudit, { params: { first, last } })
  yield { type: 'end', text, signature }
}

/** How many batches the org PDS has sealed: a gateway that lost some has fewer. */
export async function newestSeal({ org }: Pick<Client, 'org'>): Promise<number> {
  return (await org.call(app.npm.operation.attestAudit, { params: { first: 0, last: 0 } })).newest
}

async function allSeals(gateway: Admin['gateway']): Promise<{ seal: Seal; signed: Signed }[]> {
  const all: { seal: Seal; signed: Signed }[] = []
  for (;;) {
    const params = { after: all.length, limit: pageSize, ...(all.length === 0 ? { seal: true } : {}) }
    const { seals } = await gateway.call(app.npm.gateway.listAuditSeals, { params, timeoutMs: 60_000 })
    for (const { seal: text, signature } of seals) {
      const seal = parseSeal(text)
      if (seal !== undefined) all.push({ seal, signed: { text, signature } })
    }
    if (seals.length < pageSize) return all
  }
}

/** Batches from the one that was sealed after the beginning to the one that was sealed after the end. */
function within(seals: { seal: Seal; signed: Signed }[], { since, until }: AuditPeriod) {
  const from = since === undefined ? 0 : seals.findIndex(({ seal }) => Date.parse(seal.sealedAt) >= Date.parse(since))
  const to = until === undefined ? -1 : seals.findIndex(({ seal }) => Date.parse(seal.sealedAt) >= Date.parse(until))
  return from < 0 ? [] : seals.slice(from, to < 0 ? undefined : to + 1)
}

async function listPage(
  gateway: Admin['gateway'],
  page: AuditPeriod & { after?: number; upTo?: number; limit: number; newest?: boolean },
): Promise<AuditEntryView[]> {
  const params = Object.fromEntries(Object.entries(page).filter(([, value]) => value !== undefined))
  const { entries } = await gateway.call(app.npm.gateway.listAudit, { params: params as { limit: number } })
  return entries.map(({ details, ...entry }) => ({ ...entry, details: JSON.parse(details) as Record<string, unknown> }))
}
