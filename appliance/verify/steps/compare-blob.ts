import { createHash } from 'node:crypto'
import { getBlobCidString, getBlobSize } from '@atproto/lex-data'
import ssri from 'ssri'
import { AtollError } from '#common/errors/index.ts'
import { parsePackageName, tarballFile } from '#common/names/index.ts'
import { cidOfBlob } from '#common/records/index.ts'
import { Failed } from '../outcome.ts'
import { Refused } from '../registry-client.ts'
import type { VerifyContext } from './context.ts'

/**
 * The tarball of a public version is the blob that its record names, and hashes to the integrity beside it: the two are digests of the same
 * bytes only if somebody has compared them. The registry gives it to nobody whom policy does not let install it.
 */
export async function compareBlob({ account, inPublic, client, anchors, locked }: VerifyContext): Promise<void> {
  if (account === undefined || inPublic === undefined) return
  const { tarball, integrity } = inPublic.record
  const { name } = parsePackageName(locked.name)
  const url = `${anchors.registry}/${account}/${name}/-/${tarballFile(name, locked.version)}`
  const response = await client.tarball(url).catch((error: unknown) => {
    throw error instanceof Refused ? new Failed('not-allowed', error.message) : error
  })
  const { cid, sha512 } = await digest(response, getBlobSize(tarball) ?? 0)
  if (cid !== getBlobCidString(tarball))
    throw new Failed('other-bytes', 'its tarball is not the blob that its record names')
  const expected = ssri.parse(integrity)?.sha512?.map(({ digest: one }) => one) ?? []
  if (!expected.includes(sha512))
    throw new Failed('other-bytes', 'the blob that its record names does not have the integrity it says')
}

/** @throws Failed when it is longer than the record says */
async function digest(response: Response, size: number): Promise<{ cid: string; sha512: string }> {
  const hashes = { sha256: createHash('sha256'), sha512: createHash('sha512') }
  let received = 0
  try {
    for await (const chunk of response.body ?? []) {
      received += chunk.length
      if (received > size) throw new Failed('other-bytes', 'its tarball is longer than its record says')
      hashes.sha256.update(chunk)
      hashes.sha512.update(chunk)
    }
  } catch (cause) {
    if (cause instanceof Failed) throw cause
    throw new AtollError('ComponentUnavailable', { component: 'registry' }, cause)
  }
  return { cid: cidOfBlob(hashes.sha256.digest()), sha512: hashes.sha512.digest('base64') }
}
