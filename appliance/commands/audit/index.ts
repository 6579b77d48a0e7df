import { Command } from 'commander'
import { exportLog } from './export.ts'
import { list } from './list.ts'
import { verify } from './verify.ts'

/** `atoll audit …` */
export function auditCommand(): Command {
  return new Command('audit')
    .description('the audit log: every publish, every change of rights, names and tokens, and every denied write')
    .addCommand(list())
    .addCommand(exportLog())
    .addCommand(verify())
}
