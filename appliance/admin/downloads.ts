import { z } from 'zod'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { callGateway, type PersonalGateway } from './call-gateway.ts'

const { listDownloads } = app.npm.gateway

const downloadSchema = z.object({
  version: z.string(),
  account: z.string(),
  handle: z.string(),
  owner: z.string(),
  token: z.string(),
  tokenName: z.string(),
  address: z.string(),
  client: z.string(),
  command: z.string(),
  firstAt: z.string(),
  lastAt: z.string(),
  count: z.number(),
  trees: z.array(z.string()),
  org: z.string().optional(),
})
const pageSchema = z.object({
  totals: z.object({
    downloads: z.number(),
    accounts: z.number(),
    tokens: z.number(),
    addresses: z.number(),
    versions: z.number(),
  }),
  downloads: z.array(downloadSchema),
  keepDays: z.number(),
  cursor: z.string().optional(),
})

export type Downloaded = z.infer<typeof downloadSchema>

/** Who has downloaded some versions of a package. */
export interface BlastRadius extends Pick<z.infer<typeof pageSchema>, 'totals' | 'keepDays'> {
  downloads: Downloaded[]
}

export interface WantedDownloads {
  name: string
  range: string | undefined
  /** Only in this run of a package manager. */
  tree: string | undefined
}

const pageSize = 500

/**
 * @param gateway as the administration of the box asks it, or as a person who manages an organisation does
 * @param report is told how many were read so far
 * @throws OperationRefused, AtollError
 */
export async function findDownloads(
  gateway: PeerClient | PersonalGateway,
  { name, range, tree }: WantedDownloads,
  report: (read: number, of: number) => void = () => {},
): Promise<BlastRadius> {
  const downloads: Downloaded[] = []
  let cursor: string | undefined
  for (;;) {
    const params = {
      name,
      ...(range === undefined ? {} : { range }),
      ...(tree === undefined ? {} : { tree }),
      ...(cursor === undefined ? {} : { cursor }),
    }
    const page = pageSchema.parse(
      'token' in gateway
        ? await callGateway(gateway, { nsid: listDownloads.$nsid, params })
        : await gateway.call(listDownloads, { params: { ...params, limit: pageSize } }),
    )
    downloads.push(...page.downloads)
    cursor = page.cursor
    if (cursor === undefined) return { totals: page.totals, keepDays: page.keepDays, downloads }
    report(downloads.length, page.totals.downloads)
  }
}
