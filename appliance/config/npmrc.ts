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

function parentOf(path: string): string {
  return path.slice(0, Math.max(2, path.lastIndexOf('/')))
}

function expand(value: string, env: NodeJS.ProcessEnv): string {
  return value.replace(/\$\{([^}]+)\}/g, (_, name: string) => env[name] ?? '')
}
