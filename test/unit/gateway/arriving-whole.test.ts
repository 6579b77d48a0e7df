import type { ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { arrivingWhole } from '#gateway/cache/tarballs/arriving-from.ts'
import { tinyServer } from '#test/support/tiny-server.ts'

const bytes = Buffer.alloc(1000, 'a tarball ')
const known = { package: '@acme.test/hello', version: '1.0.0', size: bytes.length }

async function received(answer: (response: ServerResponse) => void): Promise<Buffer> {
  await using server = await tinyServer((_request, response) => answer(response))
  const arriving = await arrivingWhole(await fetch(server.url), 'org PDS', known)
  return buffer(arriving.bytes)
}

it('passes on a tarball that is as long as its record says', async () => {
  expect(await received((response) => response.end(bytes))).toEqual(bytes)
})

it.each<[string, number, (response: ServerResponse) => void]>([
  ['that is announced as shorter', 400, (response) => response.setHeader('content-length', 400).write('x')],
  ['that ends early', 400, (response) => response.write(bytes.subarray(0, 400), () => response.end())],
  [
    'whose connection breaks',
    400,
    (response) => {
      response.setHeader('content-length', 1000)
      response.write(bytes.subarray(0, 400), () => response.destroy())
    },
  ],
  ['that is empty', 0, (response) => response.end()],
])('ends at once with what is missing of one %s', async (_what, sent, answer) => {
  const error = { code: 'TarballIncomplete', status: 502, message: expect.stringContaining(`${sent} of 1000 bytes`) }
  await expect(received(answer)).rejects.toMatchObject(error)
})
