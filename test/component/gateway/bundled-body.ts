import { createHash } from 'node:crypto'
import { type PackageSource, pack, packageFolder } from '#test/support/package-folder.ts'
import { publishBody } from '#test/support/publish-request.ts'
import { type Build, claimsOf, type SigstoreInstance, type Subject, slsa1 } from '#test/support/sigstore/index.ts'

interface Built {
  sigstore: SigstoreInstance
  build: Build
  /** What the bundle is about, where it lies. */
  about?: Partial<Subject>
}

/** What npm sends with `--provenance`. */
export async function bundledBody(
  source: PackageSource,
  { sigstore, build, about = {} }: Built,
): Promise<Record<string, unknown>> {
  const { name, version } = source
  const tarball = await pack(await packageFolder(source))
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
  const bundle = await sigstore.sign(slsa1({ name, version, integrity, ...about }, build), claimsOf(build))
  return withBundle(publishBody(name, version, tarball), `${name}-${version}.sigstore`, bundle.toString('utf8'))
}

export function withBundle(body: Record<string, unknown>, name: string, data: string): Record<string, unknown> {
  const attachments = body['_attachments'] as Record<string, unknown>
  const content_type = 'application/vnd.dev.sigstore.bundle.v0.3+json'
  return { ...body, _attachments: { ...attachments, [name]: { content_type, data, length: data.length } } }
}
