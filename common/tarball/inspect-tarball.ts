import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { type ArchiveFacts, ArchiveReader, type ContentReader } from './archive-reader.ts'
import { installHooks } from './install-hooks.ts'
import { defaultTarballLimits, refuseTarball, type TarballLimits } from './limits.ts'
import { type PackageJson, parsePackageJson } from './package-json.ts'
import { PackedDigests, type PackedFacts } from './packed-digests.ts'
import { findReadme, type Readme } from './readme.ts'

/** All that the records, the approval page and the verdict need to know about a tarball. */
export interface InspectedTarball extends PackedFacts, Pick<ArchiveFacts, 'files' | 'fileCount' | 'unpackedSize'> {
  /** The exact bytes of package/package.json. */
  manifest: Uint8Array
  packageJson: PackageJson
  readme: Readme | undefined
  /** Which scripts run when somebody installs it. */
  installScripts: string[]
  /** Then npm compiles on install, even without a script. */
  hasBindingGyp: boolean
}

/**
 * Reads a tarball as it was uploaded and says what is in it. The same bytes give the same answer wherever it runs.
 * It never holds more than the package.json and the README in memory, and never destroys the source, so that a server
 * can still answer the request the bytes came with.
 * @param contents sees what is in the files on the way
 * @throws InvalidTarball with the reason; PayloadTooLarge; whatever the source throws
 */
export async function inspectTarball(
  source: Readable | Uint8Array,
  limits: TarballLimits = defaultTarballLimits,
  contents?: ContentReader,
): Promise<InspectedTarball> {
  const digests = new PackedDigests(limits.packedBytes)
  const archive = new ArchiveReader(limits, contents)
  await readGzip(source, digests, archive, limits, contents)
  return describe(digests.facts(), archive.end())
}

async function readGzip(
  source: Readable | Uint8Array,
  digests: PackedDigests,
  archive: ArchiveReader,
  limits: TarballLimits,
  contents: ContentReader | undefined,
): Promise<void> {
  let unpackedBytes = 0
  try {
    await pipeline(digesting(source, digests), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        unpackedBytes += chunk.length
        checkBomb(unpackedBytes, digests.size, limits)
        archive.write(chunk)
        await contents?.drain()
      }
    })
  } catch (error) {
    if (isZlibError(error)) throw refuseTarball('it is not a complete gzip file', error)
    throw error
  }
  // Some unpackers read only the first gzip member, others all: with one member, its end states the whole length.
  if (digests.statedUnpackedBytes !== unpackedBytes % 2 ** 32) throw refuseTarball('it is not exactly one gzip file')
}

async function* digesting(source: Readable | Uint8Array, digests: PackedDigests): AsyncGenerator<Uint8Array> {
  const chunks = source instanceof Uint8Array ? [source] : source.iterator({ destroyOnReturn: false })
  for await (const chunk of chunks) {
    digests.add(chunk)
    yield chunk
  }
}

function checkBomb(unpackedBytes: number, packedBytes: number, limits: TarballLimits): void {
  // Headers and padding come on top of the files, hence the margin.
  if (unpackedBytes > 2 * limits.unpackedBytes) throw refuseTarball('it is too large when unpacked')
  if (unpackedBytes > limits.ratioFromBytes && unpackedBytes > packedBytes * limits.ratio) {
    throw refuseTarball(`it unpacks to more than ${limits.ratio} times its size`)
  }
}

function isZlibError(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' && code.startsWith('Z_')
}

function describe(packed: PackedFacts, { files, fileCount, unpackedSize, kept }: ArchiveFacts): InspectedTarball {
  const manifest = kept.get('package.json')
  if (manifest === undefined) throw refuseTarball('it has no package/package.json')
  const packageJson = parsePackageJson(manifest)
  return {
    ...packed,
    files,
    fileCount,
    unpackedSize,
    manifest,
    packageJson,
    readme: findReadme(kept),
    installScripts: installHooks.filter((hook) => packageJson.scripts?.[hook] !== undefined),
    hasBindingGyp: files.some(({ path }) => path === 'binding.gyp'),
  }
}
