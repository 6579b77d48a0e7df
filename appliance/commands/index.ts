import { Command } from 'commander'
import { advisoryCommand } from './advisory.ts'
import { auditCommand } from './audit/index.ts'
import { breakGlassCommand } from './break-glass.ts'
import { configCommand } from './config.ts'
import { databaseCommand } from './database.ts'
import { demoCommand } from './demo.ts'
import { doctorCommand } from './doctor.ts'
import { exceptionCommand } from './exception.ts'
import { forwardCommand } from './forward.ts'
import { importCommand } from './import.ts'
import { initCommand } from './init.ts'
import { blockCommand, labelCommand, unblockCommand } from './label.ts'
import { loginCommand } from './login.ts'
import { nameCommand } from './name/index.ts'
import { notifyCommand } from './notify.ts'
import { orgCommand } from './org.ts'
import { permissionCommand } from './permission.ts'
import { personCommand } from './person.ts'
import { policyCommand } from './policy.ts'
import { promoteCommand } from './promote/index.ts'
import { publishCommand } from './publish.ts'
import { purgeCommand } from './purge.ts'
import { roleCommands } from './roles.ts'
import { runCommand } from './run.ts'
import { signingKeyCommand } from './signing-key.ts'
import { sourceCommand } from './source.ts'
import { stageCommand } from './stage.ts'
import { statusCommand } from './status.ts'
import { teamCommand } from './team.ts'
import { tokenCommand } from './token.ts'
import { tourCommand } from './tour.ts'
import { trustCommand } from './trust.ts'
import { trustPublisherCommand } from './trust-publisher.ts'
import { upCommand } from './up.ts'
import { verifyCommand } from './verify.ts'
import { whoHasCommand } from './who-has.ts'

/** The `atoll` command: each of its commands is a file beside this one. */
export function createProgram(): Command {
  const program = new Command('atoll')
    .description('A private AT Protocol network for npm packages, in one box you run yourself.')
    .option('--settings <file>', 'settings file, when it is not ./atoll.yaml')
    .showHelpAfterError('(--help says more)')
    .exitOverride()
    .addHelpText(
      'after',
      `
Settings come from atoll.yaml in the current folder, with ATOLL_* variables over it; data is in ./data (ATOLL_DATA).
Exit codes: 0 done, 1 failed, 2 wrong usage.`,
    )
  const rights = [
    orgCommand(),
    teamCommand(),
    permissionCommand(),
    trustPublisherCommand(),
    nameCommand(),
    sourceCommand(),
    personCommand(),
  ]
  const policy = [policyCommand(), exceptionCommand()]
  const releases = [publishCommand(), stageCommand(), promoteCommand(), importCommand()]
  const administration = [
    ...rights,
    ...policy,
    breakGlassCommand(),
    auditCommand(),
    loginCommand(),
    tokenCommand(),
    ...releases,
    signingKeyCommand(),
    advisoryCommand(),
  ]
  const labels = [labelCommand(), blockCommand(), unblockCommand()]
  const incidents = [whoHasCommand(), purgeCommand(), notifyCommand()]
  const containers = [
    initCommand(),
    databaseCommand(),
    demoCommand(),
    forwardCommand(),
    runCommand(),
    ...roleCommands(),
  ]
  const commands = [
    upCommand(),
    tourCommand(),
    statusCommand(),
    doctorCommand(),
    configCommand(),
    verifyCommand(),
    trustCommand(),
    ...administration,
    ...labels,
    ...incidents,
    ...containers,
  ]
  for (const command of commands) program.addCommand(command)
  inheritSettings(program)
  return program
}

/** commander hands its settings down to commands it makes itself only. */
function inheritSettings(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent)
    inheritSettings(command)
  }
}
