import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Directory } from '#pds/directory/index.ts'
import { DiskBlobStore } from '#pds/host/blobs/index.ts'
import { embedPds } from '#pds/host/embed/index.ts'
import { testNetwork } from '#test/support/network.ts'
import { pdsConfig } from '#test/support/pds.ts'

/** Addresses that a PDS may have: inside, in containers, and where strangers reach it, behind a proxy. */
it.each([
  'http://localhost:4885',
  'http://127.0.0.1:4885',
  'http://org-pds:4871',
  'http://org-pds',
  'https://packages.acme.com',
  'https://packages.acme.com:8443',
  'https://packages.acme.test',
  'https://localhost:8443',
  'https://10.1.2.3',
  'https://packages.corp.internal',
])('a PDS starts that DID documents name %s', async (endpoint) => {
  await using net = await testNetwork()
  await using _directory = await Directory.start(await net.configFor('directory'))
  const config = await pdsConfig(net, 'org')
  const settings = { ...config, directoryUrl: net.network.peers.directory.url }
  const blobs = await DiskBlobStore.open(join(config.dataDir, 'blobs'))
  const pds = await embedPds(settings, endpoint, blobs)
  expect(pds.ctx.cfg.service.publicUrl).toBe(endpoint)
  await pds.destroy()
})
