import type { Checked, Finding } from './finding.ts'

const understood = /^(@?[a-z0-9][a-z0-9._-]*|@[a-z0-9][a-z0-9._-]*\/(\*|[a-z0-9._-]+))$/

/** An entry that matches nothing protects nothing, and nobody notices. */
export function checkPrivateNames({ settings: { privateNames } }: Checked): Finding[] {
  return privateNames
    .filter((entry) => !understood.test(entry))
    .map((entry) => ({
      level: 'fail' as const,
      setting: 'names.private',
      problem: `"${entry}" matches no name: write a scope (@acme/*), a handle (acme.com) or a name (left-pad), in lower case`,
    }))
}
