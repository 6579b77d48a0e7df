import { z } from 'zod'
import { parsePackageName, parseVersion } from '#common/names/index.ts'
import { refuseTarball } from './limits.ts'

// No database of ours could hold it.
const withoutNul = z.string().refine((text) => !text.includes('\0'))
const strings = z.record(z.string(), z.string())
const list = z.union([z.array(withoutNul), withoutNul.transform((one) => [one])])
const license = z.union([withoutNul, z.looseObject({ type: withoutNul }).transform(({ type }) => type)])
const bundled = z.union([z.boolean(), z.array(z.string())])
const repository = z.union([
  z.looseObject({ type: z.string().optional(), url: z.string(), directory: z.string().optional() }),
  z.string().transform((url) => ({ url })),
])

/** What only describes never stops a publish: a shape nobody understands counts as absent. */
const lenient = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined)

// What package managers act on has to have the documented shape (https://docs.npmjs.com/cli/configuring-npm/package-json).
const packageJsonSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  description: lenient(withoutNul),
  license: lenient(license),
  keywords: lenient(list),
  homepage: lenient(withoutNul),
  repository: lenient(repository),
  scripts: strings.optional(),
  bin: z.union([z.string(), strings]).optional(),
  dependencies: strings.optional(),
  devDependencies: strings.optional(),
  optionalDependencies: strings.optional(),
  peerDependencies: strings.optional(),
  bundleDependencies: bundled.optional(),
  bundledDependencies: lenient(bundled),
})
export type PackageJson = z.infer<typeof packageJsonSchema>

/**
 * @param bytes exactly as they are in the tarball
 * @throws InvalidTarball
 */
export function parsePackageJson(bytes: Uint8Array): PackageJson {
  const parsed = packageJsonSchema.safeParse(parseJson(bytes))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw refuseTarball(`its package.json is not valid: ${issue?.path.join('.')}: ${issue?.message}`, parsed.error)
  }
  checkIdentity(parsed.data)
  return parsed.data
}

/** The commands a package puts on the path, with the file of each: one that has no name is called like the package, without its scope. */
export function commandsOf({ name, bin }: Pick<PackageJson, 'name' | 'bin'>): ReadonlyMap<string, string> {
  return new Map(typeof bin === 'string' ? [[name.slice(name.indexOf('/') + 1), bin]] : Object.entries(bin ?? {}))
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw refuseTarball('its package.json is not JSON in UTF-8', cause)
  }
}

/** Name and version stand in the tarball exactly as in the record: nothing is normalised behind the publisher's back. */
function checkIdentity({ name, version }: PackageJson): void {
  const parsed = orRefuse(() => parsePackageName(name))
  if (parsed.name !== name) throw refuseTarball(`the name in its package.json has to be "${parsed.name}"`)
  orRefuse(() => parseVersion(version))
}

function orRefuse<Parsed>(parse: () => Parsed): Parsed {
  try {
    return parse()
  } catch (cause) {
    throw refuseTarball((cause as Error).message.replace(/\.$/, ''), cause)
  }
}
