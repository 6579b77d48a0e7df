import { parseClaimableName } from '#common/names/index.ts'

/** A name as sentences say it. @param raw a package's name, or `@scope/*` */
export function describeName(raw: string): string {
  const { name, scope, whole } = parseClaimableName(raw)
  return whole ? `every package name of the scope @${scope}` : `the package name ${name}`
}
