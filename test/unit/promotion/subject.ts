import ssri from 'ssri'
import {
  type BoxPackage,
  type Finding,
  type PreflightReport,
  type PreflightSubject,
  runPreflight,
  type VersionSubject,
} from '#common/promotion/index.ts'
import type { PackageJson } from '#common/tarball/index.ts'
import { type Entry, packageJsonEntry, tarballOf } from '#test/support/archives.ts'

export const name = '@acme.test/ui'

/** Files of a package by path inside it; `package.json` is made of `manifest`. */
export interface Shape {
  manifest?: Record<string, unknown>
  files?: Record<string, string | Uint8Array>
  /** Where the licence's text is. */
  licenceFile?: string
  version?: Partial<VersionSubject>
  subject?: Partial<PreflightSubject>
}

export const goodManifest = { name, version: '1.0.0', license: 'MIT' }

export function tarballFrom({ manifest = {}, files = {}, licenceFile = 'LICENSE' }: Shape): Buffer {
  const all = { [licenceFile]: 'As is.', ...files }
  const entries: Entry[] = Object.entries(all).map(([path, body]) => ({ path: `package/${path}`, body }))
  return tarballOf(packageJsonEntry({ ...goodManifest, ...manifest }), ...entries)
}

/** A package of which nothing stops the promotion, but for what the shape says. */
export function subjectFrom(shape: Shape = {}): PreflightSubject {
  const tarball = tarballFrom(shape)
  const version: VersionSubject = {
    version: '1.0.0',
    record: {
      integrity: ssri.fromData(tarball, { algorithms: ['sha512'] }).toString(),
      manifest: Buffer.from(JSON.stringify({ ...goodManifest, ...shape.manifest })),
    },
    openTarball: async () => tarball,
    provenance: { state: 'verified', bundle: Buffer.from('{}') },
    attestation: { state: 'valid' },
    labels: [],
    ...shape.version,
  }
  return {
    package: { name },
    organisation: { handle: 'acme.test', handleProven: true },
    sourceDeclared: true,
    versions: [version],
    names: { privateNames: ['acme.test', '@acme/*'], packages: new Map(), together: new Set() },
    settings: {
      internalDomains: ['corp.acme.test'],
      internalHosts: ['npm.box.test:8443', 'buildhost'],
      publicHosts: ['docs.corp.acme.test'],
      mailDomains: ['acme.test'],
    },
    ...shape.subject,
  }
}

export function preflight(shape: Shape = {}): Promise<PreflightReport> {
  return runPreflight(subjectFrom(shape))
}

/** What a shape is found guilty of: code, file and line. */
export async function findings(shape: Shape = {}): Promise<Finding[]> {
  return (await preflight(shape)).findings
}

export async function codes(shape: Shape = {}): Promise<string[]> {
  return [...new Set((await findings(shape)).map(({ code }) => code))]
}

/** Packages of the box, each in one version. */
export function boxOf(...packages: (Record<string, unknown> & { name: string })[]): Map<string, BoxPackage> {
  return new Map(
    packages.map((manifest) => {
      const packageJson = { version: '1.0.0', ...manifest } as PackageJson
      return [manifest.name, { publicVersions: [], versions: [{ version: packageJson.version, packageJson }] }] as const
    }),
  )
}
