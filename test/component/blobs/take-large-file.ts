import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { cidForRawHash, parseCid } from '@atproto/lex-data'
import type { BlobConfig } from '#pds/host/blobs/index.ts'
import { openBlobStore, receiveUpload } from '#pds/host/blobs/index.ts'
import { largeBody, largeBytes } from './large-body.ts'

/**
 * A process of its own, so that its memory is that of a blob store and nothing else: receives 200 MB, hands them over, and
 * reads them back. Prints what it cost.
 */
const [folder = '', config = '{}'] = process.argv.slice(2)
await using opened = new AsyncDisposableStack()
const blobs = (await openBlobStore(JSON.parse(config) as BlobConfig, folder, opened)).of(
  'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa',
)
const rssMb = () => process.memoryUsage.rss() / 2 ** 20
const before = rssMb()
let peak = before
const sampling = setInterval(() => {
  peak = Math.max(peak, rssMb())
}, 10)

await using upload = await receiveUpload(largeBody(), { folder: join(folder, 'uploads'), limitBytes: largeBytes })
const { ino } = await stat(upload.path)
const took = performance.now()
const key = await blobs.takeFile(upload.path)
await blobs.makePermanent(key, parseCid(upload.cid))
const tookMs = Math.round(performance.now() - took)
const hash = createHash('sha256')
for await (const chunk of await blobs.getStream(parseCid(upload.cid))) hash.update(chunk)
clearInterval(sampling)
const readBack = cidForRawHash(hash.digest()).toString()
process.stdout.write(JSON.stringify({ ino, cid: upload.cid, readBack, tookMs, grewMb: Math.round(peak - before) }))
