import { readFile } from 'node:fs/promises'
import { PdsHost, pdsHostSchema } from '#pds/host/index.ts'

/** `node provision-once.ts <configuration> <handle>`: a PDS that makes one account, in a process that may be killed. */
const [file = '', handle = ''] = process.argv.slice(2)
const config = pdsHostSchema.parse(JSON.parse(await readFile(file, 'utf8')))
await using host = await PdsHost.start({ config, role: 'people' })
await host.provision({ handle, owner: handle })
