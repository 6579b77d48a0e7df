import type { Check } from '../finding.ts'
import { about } from '../finding.ts'

const { ok, fail } = about('public-urls')

/** What browsers and package managers are told leads here. */
export const checkReachable: Check = ({ publicUrls }) =>
  publicUrls.map(({ name, url, problem }) =>
    problem === undefined
      ? ok(`${url} leads to the ${name}`)
      : fail(
          `${url} does not lead to the ${name} (${problem})`,
          `set publicUrls.${name}, DNS and your proxy so that it does`,
        ),
  )
