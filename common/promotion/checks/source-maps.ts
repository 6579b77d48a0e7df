import { posix } from 'node:path'
import { defineCheck } from '../check.ts'
import { isPrivateName } from '../closure/is-private-name.ts'

const remedy = 'Build without maps, or without sources in them, or from inside the package; then publish a new version'

/** Maps carry no code but that of the package, and tell nobody's paths. */
export const sourceMaps = defineCheck({
  name: 'source-maps',
  codes: {
    'source-map-outside': {
      severity: 'error',
      finds: 'a map that carries code from outside the package, or of a private one',
    },
    'source-map-vendored': {
      severity: 'warning',
      finds: 'a map that carries code of packages below a `node_modules` outside the package',
    },
    'source-map-path': { severity: 'warning', finds: 'a map that names absolute paths of the machine it was made on' },
    'source-map-unreadable': { severity: 'warning', finds: 'a map nobody can read, or that is larger than 16 MiB' },
  },
  look: ({ names }, say) => ({
    sourceMap({ version }, { file, folder, unreadable, sources }) {
      const place = { version, file }
      if (unreadable !== undefined) {
        const message = `The source map in it cannot be read: ${unreadable}`
        say('source-map-unreadable', place, message, 'Leave the map out, and publish a new version')
      }
      for (const { name, content } of sources) {
        const path = pathOf(name)
        const absolute = /^\/|^[a-z]:\//i.test(path)
        if (absolute) say('source-map-path', place, `Its source map names ${path}`, remedy)
        if (content === undefined) continue
        const vendored = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1]
        const carries = `Its source map carries ${path}`
        if (vendored !== undefined && isPrivateName(vendored, names)) {
          say('source-map-outside', place, `${carries}, of the private package ${vendored}`, remedy)
        } else if (absolute || posix.join(folder, path).startsWith('../')) {
          const code = vendored === undefined ? 'source-map-outside' : 'source-map-vendored'
          say(code, place, `${carries}, which is outside the package`, remedy)
        }
      }
    },
  }),
})

/** Bundlers put names of their own before paths: `webpack://ui/./src/a.ts`, `file:///home/…`. */
function pathOf(name: string): string {
  const plain = name.replaceAll('\\', '/').replace(/[?#].*$/, '')
  if (/^file:\/\//i.test(plain)) return plain.slice('file://'.length).replace(/^\/([a-z]:\/)/i, '$1')
  return plain.replace(/^[a-z][\w+.-]+:\/\/[^/]*\//i, '')
}
