import { Command } from 'commander'
import { aborted } from '#appliance/supervise/aborted.ts'
import { stopSignal } from './stop-signal.ts'

/** `atoll forward`: what stands between two networks of containers. */
export function forwardCommand(): Command {
  return new Command('forward')
    .description('pass connections on to one other container, and read nothing of them')
    .requiredOption('--config <file>', 'where it listens, and where that leads: what "atoll init" wrote')
    .action(async ({ config }: { config: string }) => {
      const { forwardPort, readForwarder } = await import('#appliance/run/index.ts')
      const stop = stopSignal()
      await using _forward = await forwardPort(await readForwarder(config))
      await aborted(stop)
    })
}
