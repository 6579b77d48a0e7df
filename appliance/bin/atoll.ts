#!/usr/bin/env node
import { describeFailure } from '#appliance/commands/describe-failure.ts'
import { createProgram } from '#appliance/commands/index.ts'

try {
  await createProgram().parseAsync()
} catch (error) {
  const { message, exitCode } = describeFailure(error)
  if (message !== undefined) process.stderr.write(`${message}\n`)
  process.exitCode = exitCode
}
