import { defineCheck } from '../check.ts'

/** The bytes are those that were approved. What cannot be read at all is said by runPreflight with a code of this check. */
export const contents = defineCheck({
  name: 'contents',
  codes: {
    'tarball-refused': {
      severity: 'error',
      finds: 'a tarball that breaks a rule of publishing: size, entries, paths, links',
    },
    'record-differs': { severity: 'error', finds: 'a tarball that is not the one its version record names' },
  },
  look: ({ package: { name } }, say) => ({
    tarball({ version, record }, { integrity, manifest, readme, packageJson }) {
      const differs = (what: string) =>
        say(
          'record-differs',
          { version },
          `${what} is not what its version record says`,
          'Leave this version out, and tell whoever runs the box',
        )
      if (integrity !== record.integrity) differs('The tarball')
      if (!Buffer.from(manifest).equals(record.manifest)) differs('The package.json in the tarball')
      if (record.readmeCid !== undefined && readme?.cid !== record.readmeCid) differs('The README in the tarball')
      if (packageJson.name !== name || packageJson.version !== version) differs('The name or version in the tarball')
    },
  }),
})
