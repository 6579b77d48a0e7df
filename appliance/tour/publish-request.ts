import { gzipSync } from 'node:zlib'
import { Header } from 'tar'
import { publishDocument } from './publish-document.ts'

/**
 * npm's publish request (libnpmpublish), written by hand: for what stock npm would never send.
 * @param options.tampered the tarball that is sent is not the one whose integrity the manifest names
 */
export function publishRequest(
  gateway: string,
  token: string,
  name: string,
  version: string,
  options: { tampered?: boolean } = {},
) {
  const honest = tarballOf({ name, version, license: 'MIT' })
  const sent =
    options.tampered === true ? tarballOf({ name, version, license: 'MIT', scripts: { install: 'true' } }) : honest
  const body = publishDocument({ name, version, tarball: honest, sent, registry: gateway })
  return {
    url: `${gateway}/${name.replace('/', '%2f')}`,
    init: {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } as Record<string, string>,
      body: JSON.stringify(body),
    },
  }
}

/** A tarball that holds nothing but a package.json. */
function tarballOf(manifest: object): Buffer {
  const content = Buffer.from(JSON.stringify(manifest))
  const header = new Header({
    path: 'package/package.json',
    mode: 0o644,
    size: content.length,
    type: 'File',
    mtime: new Date(0),
  })
  const block = Buffer.alloc(512)
  header.encode(block)
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512)
  return gzipSync(Buffer.concat([block, content, padding, Buffer.alloc(1024)]))
}
