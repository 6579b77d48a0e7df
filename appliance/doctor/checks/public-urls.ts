import type { PublicUrlFact } from '../facts.ts'
import type { Check } from '../finding.ts'
import { about } from '../finding.ts'

const { ok, fail } = about('public-urls')

const titles: Record<PublicUrlFact['name'], string> = { gateway: 'the gateway', people: 'the pages of the people PDS' }

/** What browsers and package managers are told leads here. */
export const checkReachable: Check = ({ publicUrls }) =>
  publicUrls.map(({ name, url, problem }) =>
    problem === undefined
      ? ok(`${url} leads to ${titles[name]}`)
      : fail(
          `${url} does not lead to ${titles[name]} (${problem})`,
          `set publicUrls.${name}, DNS and your proxy so that it does`,
        ),
  )
