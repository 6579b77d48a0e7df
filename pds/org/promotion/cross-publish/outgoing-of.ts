import { getBlobCidString } from '@atproto/lex-data'
import { BodyTooLarge, readBounded } from '#common/bodies/index.ts'
import { maxReadmeBytes } from '#common/tarball/limits.ts'
import type { PromotionContext } from '../context.ts'
import { openOwnBlob } from '../open-own-blob.ts'
import type { VersionRecord } from '../version-records.ts'
import { manifestOf } from './manifest-of.ts'
import type { OutgoingVersion } from './outgoing-version.ts'

// In the document that npm's protocol sends them in, they take several times as much memory.
const maxTarballBytes = 100 * 2 ** 20

/**
 * A version as it goes to another registry: the bytes as they are, and the manifest that is in them.
 * @throws Error with the reason, when it cannot go there
 */
export async function outgoingOf(
  host: Pick<PromotionContext['host'], 'openBlob'>,
  org: string,
  { record }: VersionRecord,
): Promise<Omit<OutgoingVersion, 'tag'>> {
  const { name, version, manifest, hasBindingGyp } = record
  const read = async (blob: Parameters<typeof getBlobCidString>[0], maxBytes: number) =>
    readBounded(await openOwnBlob(host, org, getBlobCidString(blob) ?? ''), maxBytes)
  const tarball = await read(record.tarball, maxTarballBytes).catch((cause: unknown) => {
    throw cause instanceof BodyTooLarge ? new Error('its tarball is too large to be sent there', { cause }) : cause
  })
  const readme = record.readme === undefined ? undefined : (await read(record.readme, maxReadmeBytes)).toString('utf8')
  const { default: library } = await import('@npmcli/package-json')
  return { name, version, tarball, manifest: await manifestOf({ manifest, hasBindingGyp, readme }, library) }
}
