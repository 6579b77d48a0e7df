import { type DidString, toDatetimeString } from '@atproto/syntax'
import type { app } from '#lexicons'
import { type FoundDownload, maxTrees, upstreamOrigin } from '../../downloads/index.ts'

/** Downloads as the lexicon describes them. */
export function viewOf(row: FoundDownload): app.npm.gateway.listDownloads.Download {
  const { origin, version, did, handle, owner, address, client, command, count } = row
  return {
    ...(origin === upstreamOrigin ? {} : { org: origin as DidString }),
    version,
    account: did as DidString,
    handle,
    owner,
    token: row.token_id,
    tokenName: row.token_name,
    address,
    client,
    command,
    firstAt: toDatetimeString(row.first_at),
    lastAt: toDatetimeString(row.last_at),
    count,
    trees: [...new Set(row.trees.split(' ').filter((tree) => tree !== ''))].slice(0, maxTrees),
  }
}
