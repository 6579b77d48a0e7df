import { defineCheck } from '../check.ts'

/** Readers outside can be told where it is built. */
export const source = defineCheck({
  name: 'source',
  codes: {
    'source-undeclared': { severity: 'error', finds: 'a package that declares no repository it is built from' },
  },
  look({ package: { name }, sourceDeclared }, say) {
    if (!sourceDeclared) {
      const remedy = `Run "atoll source set ${name} --repository <url> --repository-id <number> --owner-id <number>"`
      say('source-undeclared', {}, 'It declares no source to hold its builds to', remedy)
    }
    return {}
  },
})
