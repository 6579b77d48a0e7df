import { basename } from 'node:path/posix'
import { defineCheck } from '../check.ts'
import { internalHostsOf } from '../reading/internal-hosts.ts'
import { placeIn } from '../reading/text-seen.ts'

const publicRegistries = new Set(['registry.npmjs.org', 'registry.yarnpkg.com', 'npm.jsr.io', 'npm.pkg.github.com'])
const forges = new Set(['github.com', 'codeload.github.com', 'gitlab.com', 'bitbucket.org'])
const settingsFiles = new Set(['.npmrc', '.yarnrc', '.yarnrc.yml', '.pnpmrc', 'bunfig.toml'])
const lockfiles = new Set(
  'npm-shrinkwrap.json package-lock.json yarn.lock pnpm-lock.yaml bun.lock deno.lock'.split(' '),
)

/** It sends nobody outside to a registry they cannot reach, nor says which one the company has. */
export const registries = defineCheck({
  name: 'registries',
  codes: {
    'publish-registry': { severity: 'error', finds: 'a registry in `publishConfig` that is not a public one' },
    'registry-settings': {
      severity: 'error',
      finds: '`.npmrc`, `.yarnrc.yml`, `bunfig.toml` and the like in the tarball',
    },
    'lockfile-registry': { severity: 'error', finds: 'a lockfile in the tarball that names a host of the inside' },
    'lockfile-host': {
      severity: 'warning',
      finds: 'a lockfile in the tarball that names any other host but the public registries',
    },
  },
  look({ settings }, say) {
    const isInternal = internalHostsOf(settings)
    const isPublic = (host: string) => publicRegistries.has(host) || settings.publicHosts.includes(host)
    return {
      tarball({ version }, { packageJson }) {
        for (const [key, url] of Object.entries(Object(packageJson['publishConfig']))) {
          if ((key !== 'registry' && !key.endsWith(':registry')) || isPublic(hostOf(url) ?? '')) continue
          const place = { version, file: 'package.json' }
          const message = `Its publishConfig sends publishers to ${JSON.stringify(url)}`
          const remedy = `Take "${key}" out of "publishConfig"; put it into your .npmrc, and publish a new version`
          say('publish-registry', place, message, remedy)
        }
      },
      file({ version }, { path }) {
        if (!settingsFiles.has(basename(path))) return
        const remedy = 'Leave it out (name what is packed in "files" of package.json), and publish a new version'
        say(
          'registry-settings',
          { version, file: path },
          'It holds settings of a registry, often with its token',
          remedy,
        )
      },
      text(seen) {
        if (seen.path === undefined || !lockfiles.has(basename(seen.path))) return
        for (const { 0: url, index } of seen.text.matchAll(/(?:https?|git(?:\+\w+)?|ssh):\/\/[^\s"'<>,)]{1,2000}/g)) {
          const host = hostOf(url)
          if (host === undefined || isPublic(host) || forges.has(host)) continue
          const code = isInternal(host) ? 'lockfile-registry' : 'lockfile-host'
          const remedy = 'Leave the lockfile out, or make it against the public registry; then publish a new version'
          say(code, placeIn(seen, index), `It has packages fetched from ${host}`, remedy)
        }
      },
    }
  },
})

function hostOf(url: unknown): string | undefined {
  try {
    return new URL(String(url)).hostname
  } catch {
    return undefined
  }
}
