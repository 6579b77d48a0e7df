import { createHash } from 'node:crypto'

/** The body of npm's publish request (libnpmpublish): a packument of one version with the tarball attached. */
export function publishBody(
  name: string,
  version: string,
  tarball: Buffer,
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  const file = `${name}-${version}.tgz`
  const dist = {
    integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    shasum: createHash('sha1').update(tarball).digest('hex'),
    tarball: `http://registry.test/${name}/-/${file}`,
  }
  return {
    _id: name,
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { name, version, license: 'MIT', main: 'index.js', _id: `${name}@${version}`, dist } },
    access: null,
    _attachments: {
      [file]: { content_type: 'application/octet-stream', data: tarball.toString('base64'), length: tarball.length },
    },
    ...changes,
  }
}

export interface RegistryAnswer {
  status: number
  headers: Headers
  body: { error?: string; code?: string; authUrl?: string; doneUrl?: string; success?: boolean; token?: string }
}

/** Sends a publish as npm does. */
export async function putPackage(
  registry: string,
  token: string | undefined,
  name: string,
  body: unknown,
  otp?: string,
): Promise<RegistryAnswer> {
  const response = await fetch(`${registry}/${name.replace('/', '%2f')}`, {
    method: 'PUT',
    headers: {
      'content-type': 'application/json',
      'npm-auth-type': 'web',
      'npm-command': 'publish',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(otp === undefined ? {} : { 'npm-otp': otp }),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as RegistryAnswer['body'] }
}
