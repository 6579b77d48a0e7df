import { createHash } from 'node:crypto'

/**
 * The document npm publishes with (libnpmpublish): a packument of one version with its tarball attached.
 * @param request.tarball what the manifest says about the bytes is true of these
 * @param request.sent the bytes that are attached, where they are others
 * @param request.registry base of the tarball's address
 */
export function publishDocument(request: {
  name: string
  version: string
  tarball: Buffer
  sent?: Buffer
  registry: string
}) {
  const { name, version, tarball, sent = tarball, registry } = request
  const file = `${name}-${version}.tgz`
  const dist = {
    integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    shasum: createHash('sha1').update(tarball).digest('hex'),
    tarball: `${registry}/${name}/-/${file}`,
  }
  return {
    _id: name,
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { name, version, license: 'MIT', main: 'index.js', _id: `${name}@${version}`, dist } },
    access: null,
    _attachments: {
      [file]: { content_type: 'application/octet-stream', data: sent.toString('base64'), length: sent.length },
    },
  }
}
