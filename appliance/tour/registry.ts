import { app } from '#lexicons'
import { TourFailure } from './expect.ts'

/** What the registry itself says about a version: asked over XRPC with the person's npm token. */
export interface VersionFacts {
  org: string
  record: { uri: string; cid: string }
  attestation?: { uri: string; cid: string }
  attestedBy?: string
  integrity: string
  verdict: { kind: string }
}

/** @param token an npm token; the answer holds what its owner may read */
export async function readVersion(
  gateway: string,
  token: string,
  name: string,
  version: string,
): Promise<VersionFacts> {
  const { org } = await ask<{ org?: string }>(gateway, token, app.npm.registry.resolveName.main.nsid, { name })
  if (org === undefined) throw new TourFailure(`${name} belongs to no organisation here`)
  return ask<VersionFacts>(gateway, token, app.npm.registry.getVersion.main.nsid, { org, name, version })
}

async function ask<T>(gateway: string, token: string, nsid: string, params: Record<string, string>): Promise<T> {
  const response = await fetch(`${gateway}/xrpc/${nsid}?${new URLSearchParams(params)}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  if (!response.ok) throw new TourFailure(`${nsid} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as T
}

/** Sends a request as an attacker would write it by hand. */
export async function send(
  url: string,
  init: RequestInit = {},
): Promise<{ status: number; body: { error?: string; authUrl?: string } }> {
  const response = await fetch(url, init)
  return {
    status: response.status,
    body: (await response.json().catch(() => ({}))) as { error?: string; authUrl?: string },
  }
}
