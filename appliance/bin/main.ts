import { describeFailure } from '#appliance/commands/describe-failure.ts'
import { createProgram } from '#appliance/commands/index.ts'
import { forwardPorts, readForwards } from '#appliance/run/forward-ports.ts'

/** The whole of `atoll`: says what failed, and sets the exit code. */
export async function main(): Promise<void> {
  try {
    // In a container, whoever administers reaches what is published under the URLs everybody else uses.
    const config = process.env['ATOLL_APPLIANCE_CONFIG']
    await using _forwards = await forwardPorts(config === undefined ? [] : await readForwards(config))
    await createProgram().parseAsync()
  } catch (error) {
    const { message, exitCode } = describeFailure(error)
    if (message !== undefined) process.stderr.write(`${message}\n`)
    process.exitCode = exitCode
  }
}
