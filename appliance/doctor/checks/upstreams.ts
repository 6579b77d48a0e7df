import type { Check } from '../finding.ts'
import { about } from '../finding.ts'

const { ok, warn } = about('upstream')

/** Public packages come from there; what is kept is served meanwhile. */
export const checkUpstreams: Check = ({ status: { upstreams } }) =>
  upstreams.map(({ name, url, lastSuccess, lastFailure, failure }) => {
    if (lastFailure !== undefined && (lastSuccess === undefined || lastFailure > lastSuccess)) {
      return warn(
        `${name} (${url}) last failed: ${failure ?? 'it did not answer'}`,
        'check its address and credentials, network.proxy and network.caFile',
      )
    }
    return ok(`${name} (${url}) ${lastSuccess === undefined ? 'was not asked yet' : 'answers'}`)
  })
