import { Option } from 'commander'
import type { PromotionDraft, Waiver } from '#appliance/admin/index.ts'
import { UsageError } from '#appliance/failures.ts'
import { readPackageSpec } from '../package-spec.ts'

/** Options that say what of a package is to be public. */
export interface DraftOptions {
  versions?: string[]
  together?: string[]
  waive?: string[]
}

export const versionsOption = () => new Option('--versions <version...>', 'several versions, in place of @version')
export const togetherOption = () =>
  new Option('--together <package...>', 'private packages it needs, of which a promotion is asked for as well')
export const waiveOption = () =>
  new Option(
    '--waive <code=reason...>',
    'why a warning does not matter: code=reason, code@version=reason, code:file=reason; errors cannot be waived',
  )

/** @throws UsageError when it is not said which versions, or a waiver gives no reason */
export function readDraft(org: string, argument: string, options: DraftOptions): PromotionDraft {
  const { name, range } = readPackageSpec(argument)
  const versions = [...(range === undefined ? [] : [range]), ...(options.versions ?? [])]
  if (versions.length === 0) {
    throw new UsageError(`Say which versions of ${name}: ${name}@1.2.0, or --versions 1.2.0 1.3.0.`)
  }
  return { org, name, versions, together: options.together ?? [], waivers: (options.waive ?? []).map(readWaiver) }
}

/** `company-mail:README.md=they agreed` */
function readWaiver(text: string): Waiver {
  const [, code, version, file, reason] = /^([a-z-]+)(?:@([^:=]+))?(?::([^=]+))?=(.+)$/s.exec(text) ?? []
  if (code === undefined || reason === undefined) {
    throw new UsageError(`"${text}" waives nothing: write --waive 'company-mail=they agreed to be named'.`)
  }
  return { code, ...(version !== undefined && { version }), ...(file !== undefined && { file }), reason } as Waiver
}
