import type { LexMap } from '@atproto/lex-data'
import { isValidPackagePattern, isValidSubject } from '#common/authz/index.ts'
import { checkTrustedPublisher } from '#common/operations/index.ts'
import { cidOfRecord, parseRecordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { proofFailed } from '../fetch-record-proof.ts'

const { team, permission, trustedPublisher } = app.npm.org

export type RightRecord = app.npm.org.team.Main | app.npm.org.permission.Main | app.npm.org.trustedPublisher.Main

/** A right as somebody says that it was approved; nothing of it is believed. */
export interface ClaimedRight {
  /** At-URI. */
  uri: string
  cid: string
  record: LexMap
  /** DID. */
  approvedBy: string
}

/** A team, a permission or a trusted publisher, whole. */
export interface ShownRight extends ClaimedRight {
  value: RightRecord
}

/**
 * Reads a right from what is shown of it. Its contents are held to its CID, which is what somebody approved; so it does not matter
 * who shows it, nor whether it is still in the organisation's repository: rights are superseded, and versions outlive them.
 * @throws ProofFailed
 */
export function readRight(claimed: ClaimedRight, org: string): ShownRight {
  const { uri, cid, record } = claimed
  const place = parseRecordUri(uri)
  const value = place?.did === org ? readValue(place, record) : undefined
  if (value === undefined) throw proofFailed(`${uri} is shown as a right and is none`)
  if (!isContentOf(cid, record)) throw proofFailed(`${uri} is shown with other contents than its CID says`)
  return { ...claimed, value }
}

function isContentOf(cid: string, record: LexMap): boolean {
  try {
    return cidOfRecord(record) === cid
  } catch {
    // Not of the data model at all.
    return false
  }
}

/** The same as readers of the whole network take for a right (the AppView's index): else it would count in one place only. */
function readValue(
  { collection, rkey }: { collection: string; rkey: string },
  record: LexMap,
): RightRecord | undefined {
  if (collection === team.$nsid) {
    const parsed = team.$safeParse(record)
    return parsed.success && parsed.value.name === rkey && isValidSubject(`team:${rkey}`) ? parsed.value : undefined
  }
  if (collection === permission.$nsid) {
    const parsed = permission.$safeParse(record)
    if (!parsed.success) return undefined
    const { subject, packages } = parsed.value
    return isValidSubject(subject) && isValidPackagePattern(packages) ? parsed.value : undefined
  }
  if (collection !== trustedPublisher.$nsid) return undefined
  const parsed = trustedPublisher.$safeParse(record)
  return parsed.success && checkTrustedPublisher(parsed.value) === undefined ? parsed.value : undefined
}
