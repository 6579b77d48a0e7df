import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library'
import { PackageURL } from 'packageurl-js'
import ssri from 'ssri'
import { type Dependency, dependenciesOf } from './dependencies-of.ts'
import { licenseOf } from './license-of.ts'
import type { SbomFacts } from './sbom-facts.ts'
import { serialNumber } from './serial-number.ts'

/**
 * The bill of materials of a version, as CycloneDX 1.6: itself and what it asks for. Which versions those become is up to who installs, so
 * a component has one where only one will do. Pure, and the same bytes for the same facts.
 */
export function composeSbom(facts: SbomFacts): string {
  const main = mainComponent(facts)
  const components = dependenciesOf(facts.manifest).map(componentOf)
  for (const { bomRef } of components) main.dependencies.add(bomRef)
  const supplier = new Models.OrganizationalEntity({ name: facts.publisher })
  const bom = new Models.Bom({
    serialNumber: serialNumber(facts.record.cid),
    metadata: new Models.Metadata({ timestamp: new Date(facts.createdAt), component: main, supplier }),
    components: new Models.ComponentRepository(components),
  })
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6))
  return serializer.serialize(bom, { sortLists: true, space: 2 })
}

function mainComponent(facts: SbomFacts): Models.Component {
  const { name, version, manifest, integrity, publisher, record, did } = facts
  const license = licenseOf(manifest.license)
  const component = new Models.Component(Enums.ComponentType.Library, bareName(name), {
    ...named(name, version),
    bomRef: purlOf(name, version),
    publisher,
    supplier: new Models.OrganizationalEntity({ name: publisher }),
    licenses: new Models.LicenseRepository(license === undefined ? [] : [license]),
    hashes: sha512Of(integrity),
    externalReferences: new Models.ExternalReferenceRepository(referencesOf(facts)),
    properties: properties({ 'atproto:did': did, 'atproto:uri': record.uri, 'atproto:cid': record.cid }),
  })
  if (manifest.description !== undefined) component.description = manifest.description
  return component
}

function componentOf({ kind, name, range, version, scope, bundled }: Dependency): Models.Component {
  return new Models.Component(Enums.ComponentType.Library, bareName(name), {
    ...named(name, version),
    // The same package may be asked for twice, as a peer and for development.
    bomRef: `${kind}/${name}@${range}`,
    scope: scopes[scope],
    properties: properties({
      'npm:dependency:kind': kind,
      'npm:dependency:range': range,
      // https://github.com/CycloneDX/cyclonedx-property-taxonomy/blob/main/cdx/npm.md
      ...(bundled ? { 'cdx:npm:package:bundled': 'true' } : {}),
      ...(kind === 'devDependencies' ? { 'cdx:npm:package:development': 'true' } : {}),
    }),
  })
}

const scopes = {
  required: Enums.ComponentScope.Required,
  optional: Enums.ComponentScope.Optional,
  excluded: Enums.ComponentScope.Excluded,
} as const satisfies Record<Dependency['scope'], Enums.ComponentScope>

function named(name: string, version: string | undefined): Models.OptionalComponentProperties {
  const scope = scopeOf(name)
  return {
    ...(scope === undefined ? {} : { group: scope }),
    ...(version === undefined ? {} : { version, purl: purlOf(name, version) }),
  }
}

function scopeOf(name: string): string | undefined {
  return name.startsWith('@') ? name.slice(0, name.indexOf('/')) : undefined
}

function bareName(name: string): string {
  return name.slice(name.indexOf('/') + 1)
}

function purlOf(name: string, version: string): string {
  return new PackageURL('npm', scopeOf(name), bareName(name), version).toString()
}

function sha512Of(integrity: string): Models.HashDictionary {
  const digest = ssri.parse(integrity)?.['sha512']?.[0]?.digest
  if (digest === undefined) return new Models.HashDictionary()
  return new Models.HashDictionary([[Enums.HashAlgorithm['SHA-512'], Buffer.from(digest, 'base64').toString('hex')]])
}

function referencesOf({ tarball, source, manifest, integrity }: SbomFacts): Models.ExternalReference[] {
  const { Distribution, VCS, Website } = Enums.ExternalReferenceType
  const said = [[VCS, source] as const, [Website, manifest.homepage] as const]
  return [
    new Models.ExternalReference(tarball, Distribution, { hashes: sha512Of(integrity) }),
    ...said.flatMap(([type, url]) => (isAddress(url) ? [new Models.ExternalReference(url, type)] : [])),
  ]
}

/** Whatever an author writes where an address should be, people may click on it. */
function isAddress(url: string | undefined): url is string {
  return url !== undefined && /^(?:https?|ssh|git(?:\+https|\+ssh)?):$/.test(URL.parse(url)?.protocol ?? '')
}

function properties(said: Record<string, string>): Models.PropertyRepository {
  return new Models.PropertyRepository(Object.entries(said).map(([name, value]) => new Models.Property(name, value)))
}
