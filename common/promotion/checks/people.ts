import { defineCheck } from '../check.ts'
import { placeIn } from '../reading/text-seen.ts'

const address = /(?<![\w.+-])[\w.+-]{1,64}@((?:[a-z0-9-]{1,63}\.){1,10}[a-z]{2,63})(?![\w-]|\.\w)/gi

/** People of the company are named only when they want to be. */
export const people = defineCheck({
  name: 'people',
  codes: {
    'company-mail': {
      severity: 'warning',
      finds: 'a mail address of the company: author, contributors, maintainers, any text',
    },
  },
  look: ({ settings }, say) => {
    const domains = [...settings.mailDomains, ...settings.internalDomains].map((domain) => domain.toLowerCase())
    return {
      text(seen) {
        for (const { 0: found, 1: host = '', index } of seen.text.matchAll(address)) {
          const domain = host.toLowerCase()
          if (!domains.some((one) => domain === one || domain.endsWith(`.${one}`))) continue
          const remedy =
            'Ask them, and waive this; or put an address for everybody in its place, and publish a new version'
          say('company-mail', placeIn(seen, index), `It names ${found}`, remedy)
        }
      },
    }
  },
})
