import { describeFailure } from '#appliance/commands/describe-failure.ts'
import { createProgram } from '#appliance/commands/index.ts'

/** The whole of `atoll`: says what failed, and sets the exit code. */
export async function main(): Promise<void> {
  try {
    // In a container, whoever administers reaches what is published under the URLs everybody else uses.
    await using _forwards = await forwards(process.env['ATOLL_APPLIANCE_CONFIG'])
    await createProgram().parseAsync()
  } catch (error) {
    const { message, exitCode } = describeFailure(error)
    if (message !== undefined) process.stderr.write(`${message}\n`)
    process.exitCode = exitCode
  }
}

async function forwards(config: string | undefined): Promise<AsyncDisposable | undefined> {
  if (config === undefined) return undefined
  const { forwardPorts, readForwards } = await import('#appliance/run/forward-ports.ts')
  return forwardPorts(await readForwards(config))
}
