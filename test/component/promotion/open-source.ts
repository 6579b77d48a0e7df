import type { PackageSource } from '#test/support/package-folder.ts'

/** With all that a preflight asks of a package itself: a licence, and its text. */
export function openSource(name: string, version: string, further: Partial<PackageSource> = {}): PackageSource {
  const { files = {}, ...rest } = further
  return { name, version, files: { LICENSE: 'MIT License\n', ...files }, ...rest }
}
