import { defineCheck } from '../check.ts'
import { internalHostsOf } from '../reading/internal-hosts.ts'
import { placeIn } from '../reading/text-seen.ts'

// Lookbehinds keep a match from starting inside a longer word, and so each word from being tried at every letter.
const anyHost = /(?<![\w.-])[a-z0-9_](?:[\w-]{0,62}\.){1,10}[a-z][a-z0-9-]{0,62}(?![\w-]|\.\w)/gi
const singleHost = /(?<=\/\/|@)[a-z0-9][a-z0-9-]{0,62}(?![\w.-])/gi
// `this.local` and `module.internal` are code; behind // or @, or before a port, they are hosts.
const reserved =
  /(?:(?<=\/\/|@)((?:[\w-]{1,63}\.){1,10}(?:local|internal|intranet|corp|lan|home\.arpa))(?![\w-]|\.\w))|(?<![\w.-])((?:[\w-]{1,63}\.){1,10}(?:local|internal|intranet|corp|lan|home\.arpa)):\d{2,5}(?!\w)/gi
const localPort = /(?<![\w.-])(?:localhost|127\.0\.0\.1|\[::1\]):\d{2,5}(?!\w)/gi

const remedy = 'Take it out, or put a public address or example.com in its place, and publish a new version'

/** What a package's record says is changed there, and not by a new version. */
const remedies: Readonly<Record<string, string>> = {
  '(source)': 'Declare the repository, issuer and environments that others can see: "atoll source set"',
  '(deprecation)': 'Deprecate it again with another message: "npm deprecate"',
}

/** No host of the inside is named, wherever a text may hide it. */
export const hosts = defineCheck({
  name: 'hosts',
  codes: {
    'internal-host': { severity: 'error', finds: 'a host below an internal domain, or one of the box itself' },
    'internal-looking-host': {
      severity: 'warning',
      finds: 'a host that can only be of an inside: `.local`, `.internal`, `.intranet`, `.corp`, `.lan`, `.home.arpa`',
    },
    'local-port': { severity: 'warning', finds: '`localhost` with a port' },
  },
  look({ organisation, settings }, say) {
    const isConfigured = internalHostsOf(settings)
    const handle = organisation.handle.toLowerCase()
    // The handle is public by nature: every name under it says it.
    const isInternal = (host: string) => host.toLowerCase() !== handle && isConfigured(host)
    return {
      text(seen) {
        const change = remedies[seen.file] ?? remedy
        for (const pattern of [anyHost, singleHost]) {
          for (const { 0: host, index } of seen.text.matchAll(pattern)) {
            if (!isInternal(host)) continue
            say('internal-host', placeIn(seen, index), `It names the internal host ${host}`, change)
          }
        }
        for (const { 1: behind, 2: before, index } of seen.text.matchAll(reserved)) {
          const host = behind ?? before ?? ''
          if (isInternal(host)) continue
          say('internal-looking-host', placeIn(seen, index), `It names ${host}, a host of some inside`, change)
        }
        for (const { 0: host, index } of seen.text.matchAll(localPort)) {
          const orWaive = 'See whether readers outside can do something with it; waive this if they can'
          say('local-port', placeIn(seen, index), `It names ${host}`, orWaive)
        }
      },
    }
  },
})
