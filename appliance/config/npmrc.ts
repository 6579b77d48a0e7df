/**
 * The token an .npmrc holds for a registry. npm keeps it under the registry's URL without its scheme, and looks from
 * the longest path upwards (npm-registry-fetch, lib/auth.js).
 * @param content of the .npmrc; `${NAME}` stands for an environment variable
 */
export function registryToken(content: string, registry: string, env: NodeJS.ProcessEnv): string | undefined {
  const tokens = new Map<string, string>()
  for (const line of content.split(/\r?\n/)) {
    const match = /^\s*(\/\/\S+?)\/?:_authToken\s*=\s*"?([^"]*?)"?\s*$/.exec(line)
    if (match?.[1] !== undefined && match[2] !== undefined) tokens.set(match[1], expand(match[2], env))
  }
  for (let path = registry.replace(/^https?:/, '').replace(/\/+$/, ''); path.length > 2; path = parentOf(path)) {
    const token = tokens.get(path)
    if (token !== undefined && token !== '') return token
  }
  return undefined
}

/**
 * The registry an .npmrc names: that of the scope, else the one for everything (npm, "registry" and "@scope:registry").
 * @param scope such as `@acme.com`
 */
export function configuredRegistry(
  content: string,
  scope: string | undefined,
  env: NodeJS.ProcessEnv,
): string | undefined {
  const named = new Map<string, string>()
  for (const line of content.split(/\r?\n/)) {
    const match = /^\s*((?:@[^:\s]+:)?registry)\s*=\s*"?([^"]*?)"?\s*$/.exec(line)
    if (match?.[1] !== undefined && match[2]) named.set(match[1], expand(match[2], env))
  }
  return named.get(`${scope}:registry`) ?? named.get('registry')
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(2, path.lastIndexOf('/')))
}

function expand(value: string, env: NodeJS.ProcessEnv): string {
  return value.replace(/\$\{([^}]+)\}/g, (_, name: string) => env[name] ?? '')
}

/**
 * The same .npmrc with another token for a registry.
 * @param registry its URL; npm finds the token by what comes after the scheme
 */
export function withRegistryToken(content: string, registry: string, token: string): string {
  const key = `${registry.replace(/^https?:/, '').replace(/\/+$/, '')}/:_authToken`
  const others = content.split('\n').filter((line) => !isFor(line, key))
  while (others.at(-1)?.trim() === '') others.pop()
  return [...others, `${key}=${token}`, ''].join('\n')
}

function isFor(line: string, key: string): boolean {
  const [name = ''] = line.split('=', 1)
  // npm takes both, with the slash and without.
  return name.trim() === key || name.trim() === key.replace('/:', ':')
}
