import { Command } from 'commander'
import { importOsvCommand } from './advisory/import-osv.ts'
import { listCommand, showCommand, sourcesCommand } from './advisory/look.ts'
import { addCommand, withdrawCommand } from './advisory/write.ts'

/** `atoll advisory …` */
export function advisoryCommand(): Command {
  const imports = new Command('import')
    .description('take over advisories from elsewhere')
    .addCommand(importOsvCommand())
  return new Command('advisory')
    .description('what is known of vulnerabilities in packages: audits are answered by it, and policy goes by it')
    .addCommand(addCommand())
    .addCommand(withdrawCommand())
    .addCommand(imports)
    .addCommand(sourcesCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
}
