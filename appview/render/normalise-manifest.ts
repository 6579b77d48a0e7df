import type { Manifest } from './manifest-fields.ts'
import { normaliseDescription } from './normalise-description.ts'

/** The signed manifest is the author's own package.json; clients expect the form npm gives it before publishing. */
export function normaliseManifest(bytes: Uint8Array): Manifest {
  const manifest = JSON.parse(Buffer.from(bytes).toString('utf8')) as Manifest
  return { ...manifest, ...normaliseDescription(manifest), ...binOf(manifest), ...bundleOf(manifest) }
}

/** `bin: "./cli.js"` means one command named like the package without its scope. */
function binOf({ name, bin }: Manifest): Manifest {
  if (typeof bin !== 'string') return {}
  return { bin: { [String(name).replace(/^@[^/]*\//, '')]: bin } }
}

function bundleOf({ bundleDependencies, bundledDependencies, dependencies }: Manifest): Manifest {
  const bundle = bundleDependencies ?? bundledDependencies
  if (bundle === undefined) return {}
  const all = typeof dependencies === 'object' && dependencies !== null ? Object.keys(dependencies) : []
  return { bundledDependencies: undefined, bundleDependencies: bundle === true ? all : bundle === false ? [] : bundle }
}
