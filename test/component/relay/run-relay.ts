import { Relay, relayConfigSchema } from '#relay/index.ts'

/** A relay in a process of its own, for tests that kill it. Its configuration comes as the one argument. */
await Relay.start(relayConfigSchema.parse(JSON.parse(process.argv[2] ?? '{}')))
process.send?.('started')
