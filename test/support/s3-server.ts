import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from 's3rver'
import type { BucketConfig } from '#common/bucket/index.ts'

export interface TestBucket extends AsyncDisposable {
  config: BucketConfig
  /** Where the server keeps it: what is in here is stored. */
  folder: string
  /** From then on it does not answer. */
  stops(): Promise<void>
}

/** An S3 service on loopback with one empty bucket. */
export async function startS3(): Promise<TestBucket> {
  const directory = await mkdtemp(join(tmpdir(), 'atoll-s3-'))
  const bucket = 'atoll-test'
  const options = { address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets: [{ name: bucket }] }
  const server = new S3rver(options)
  const { port } = await server.run()
  let running = true
  const stops = async () => {
    if (running) await server.close()
    running = false
  }
  return {
    folder: join(directory, bucket),
    config: {
      bucket,
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${port}`,
      pathStyle: true,
      // The pair it knows.
      credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    },
    stops,
    async [Symbol.asyncDispose]() {
      await stops()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
