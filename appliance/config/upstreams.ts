import type { z } from 'zod'
import type { upstreamSchema as appviewUpstream } from '#appview/config.ts'
import type { OutboundConfig } from '#common/outbound/index.ts'
import type { ProvenanceConfig } from '#common/provenance/index.ts'
import { describeOutside, readProxy } from './outside.ts'
import { readProvenance } from './provenance.ts'
import { readSecret, type SecretPlace } from './read-secret.ts'
import type { Settings } from './settings.ts'
import { SettingsError } from './settings-error.ts'
import { findUpstream } from './upstream.ts'
import type { ListedUpstream } from './upstream-schema.ts'

export type UpstreamRegistry = z.input<typeof appviewUpstream>

/** Everything outside the box that it is told of: where packages come from, the way there, who vouches for builds. */
export interface Outside {
  upstreams: UpstreamRegistry[]
  outbound: OutboundConfig
  provenance: ProvenanceConfig
}

/**
 * The registries public packages come from, with their credentials, and the way there: those of `upstreams`, and for all
 * that none of them has, `upstream` or what npm on this machine uses.
 * @throws SettingsError
 */
export async function findOutside(settings: Settings, cwd: string, env: NodeJS.ProcessEnv): Promise<Outside> {
  const listed = await describeListed(settings, env)
  const provenance = await readProvenance(settings)
  if (listed.some(({ scopes }) => scopes === 'default')) {
    return { upstreams: listed, outbound: await describeOutside(settings, env), provenance }
  }
  const { url, token, caFile } = await findUpstream(settings, cwd, env)
  const place = { folder: settings.folder, env }
  const rest = await describe('upstream', { ...settings.upstream, name: 'default', scopes: 'default', url }, place)
  const found = token === undefined || rest.credentials !== undefined ? {} : { credentials: { token } }
  return {
    upstreams: [...listed, { ...rest, ...found }],
    outbound: await describeOutside(settings, env, caFile),
    provenance,
  }
}

/** Those of `upstreams`, with their credentials. @throws SettingsError */
export async function describeListed(
  { upstream, upstreams, privateNames, folder }: Settings,
  env: NodeJS.ProcessEnv,
): Promise<UpstreamRegistry[]> {
  for (const entry of upstreams) checkNotPrivate(entry, privateNames)
  if (upstream.url !== undefined && upstreams.some(({ scopes }) => scopes === 'default')) {
    throw new SettingsError('upstream.url: an entry of upstreams with "scopes: default" says the same: keep one.')
  }
  return Promise.all(upstreams.map((entry) => describe(`upstreams.${entry.name}`, entry, { folder, env })))
}

/** For people: a line for each registry. */
export function describeUpstreams({ upstreams }: Outside): string[] {
  return upstreams.map(({ url, scopes }) =>
    scopes === 'default' ? `public packages come from ${url}` : `${scopes.join(', ')} from ${url}`,
  )
}

/** Private names go before every registry, so such a scope would never be asked for: better said than found out. */
function checkNotPrivate({ name, scopes }: ListedUpstream, privateNames: readonly string[]): void {
  const listed = privateNames.map((entry) => entry.toLowerCase().replace(/^@?/, '@').replace(/\/\*$/, ''))
  const both = scopes === 'default' ? undefined : scopes.find((scope) => listed.includes(scope))
  if (both === undefined) return
  throw new SettingsError(
    `upstreams.${name}: ${both} is in names.private, too, and is never looked for outside: keep one.`,
  )
}

async function describe(setting: string, entry: ListedUpstream, place: SecretPlace): Promise<UpstreamRegistry> {
  const { name, url, scopes, proxy, freshSeconds, timeoutSeconds } = entry
  const credentials = await readCredentials(setting, entry, place)
  return {
    name,
    url,
    scopes,
    ...(credentials === undefined ? {} : { credentials }),
    ...(proxy === undefined
      ? {}
      : { proxy: proxy === 'none' ? proxy : await readProxy(`${setting}.proxy`, proxy, place) }),
    ...(freshSeconds === undefined ? {} : { freshMs: freshSeconds * 1000 }),
    ...(timeoutSeconds === undefined ? {} : { timeoutMs: timeoutSeconds * 1000 }),
  }
}

async function readCredentials(
  setting: string,
  { token, tokenFile, tokenEnv, basic }: ListedUpstream,
  place: SecretPlace,
): Promise<UpstreamRegistry['credentials']> {
  if (token !== undefined) return { token }
  const named = tokenFile === undefined ? 'tokenEnv' : 'tokenFile'
  const read = await readSecret({ setting: `${setting}.${named}`, file: tokenFile, env: tokenEnv }, place)
  if (read !== undefined) return { token: read }
  if (basic === undefined) return undefined
  const { username, passwordFile, passwordEnv } = basic
  const source = { setting: `${setting}.basic`, file: passwordFile, env: passwordEnv }
  return { username, password: (await readSecret(source, place)) ?? '' }
}
