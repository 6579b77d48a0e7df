import { readFile } from 'node:fs/promises'
import { EdgePds, edgeConfigSchema } from '#pds/edge/index.ts'

/** `node edge-process.ts <configuration>`: an edge PDS in a process that may be killed. Says so when it listens. */
const config = edgeConfigSchema.parse(JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')))
await EdgePds.start(config)
process.stdout.write('ready\n')
