import { AppView, appviewConfigSchema } from '#appview/index.ts'

/** An AppView in a process of its own, for tests that kill it. Its configuration comes as the one argument. */
await AppView.start(appviewConfigSchema.parse(JSON.parse(process.argv[2] ?? '{}')))
process.send?.('started')
