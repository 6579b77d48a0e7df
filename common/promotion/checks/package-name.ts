import { isHandleScope } from '#common/names/index.ts'
import { defineCheck } from '../check.ts'
import { parse } from '../closure/is-private-name.ts'

/** Outside, a name belongs to whose handle its scope is; so it has one, and the handle is proven (DESIGN §3). */
export const packageName = defineCheck({
  name: 'package-name',
  codes: {
    'name-without-handle': { severity: 'error', finds: 'a name whose scope is no handle: `@acme/ui`, `ui`' },
    'name-of-another': { severity: 'error', finds: 'a name whose scope is not the handle of its organisation' },
    'handle-not-proven': {
      severity: 'error',
      finds: "an organisation's handle that is not verified on the public network",
    },
  },
  look({ package: { name }, organisation: { handle, handleProven } }, say) {
    const { scope, bare = name } = parse(name) ?? {}
    const wanted = `@${handle}/${bare}`
    if (scope === undefined || !isHandleScope(scope)) {
      const remedy = `Set "name" to "${wanted}" in package.json, run "npm publish", then "npm deprecate ${name} 'moved to ${wanted}'", and ask for the promotion of ${wanted}`
      say('name-without-handle', {}, `Outside, the name ${name} is nobody's to give: its scope is no handle`, remedy)
    } else if (scope !== handle.toLowerCase()) {
      const remedy = `Publish it again as ${wanted}, and ask for the promotion of that`
      say('name-of-another', {}, `Its scope ${scope} is not the handle of its organisation, ${handle}`, remedy)
    }
    if (!handleProven) {
      const remedy = `Set the TXT record _atproto.${handle}, or serve https://${handle}/.well-known/atproto-did, with the DID of the organisation`
      say('handle-not-proven', {}, `The handle ${handle} is not proven on the public network`, remedy)
    }
    return {}
  },
})
