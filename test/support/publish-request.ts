import { publishDocument } from '#appliance/tour/publish-document.ts'

/** The body of npm's publish request. */
export function publishBody(
  name: string,
  version: string,
  tarball: Buffer,
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  return { ...publishDocument({ name, version, tarball, registry: 'http://registry.test' }), ...changes }
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
