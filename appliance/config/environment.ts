import { portNames } from './components.ts'

type Path = readonly string[]

/** Environment variables that stand over `atoll.yaml`, and which setting each is. */
const variables: Record<string, Path> = {
  ATOLL_NETWORK_NAME: ['network', 'name'],
  ATOLL_UPSTREAM_URL: ['upstream', 'url'],
  ATOLL_UPSTREAM_TOKEN: ['upstream', 'token'],
  ATOLL_PUBLIC_URL_GATEWAY: ['publicUrls', 'gateway'],
  ATOLL_PUBLIC_URL_PEOPLE: ['publicUrls', 'people'],
  ATOLL_HANDLES_PEOPLE: ['handles', 'people'],
  ATOLL_DATABASE_URL: ['database', 'url'],
  ATOLL_LOG_LEVEL: ['log', 'level'],
  ...Object.fromEntries(portNames.map((name) => [`ATOLL_PORT_${name.toUpperCase()}`, ['ports', name]])),
}

/** The variable that stands over a setting, where there is one. */
export function variableOf(path: readonly (string | number)[]): string | undefined {
  const dotted = path.join('.')
  return Object.keys(variables).find((name) => variables[name]?.join('.') === dotted)
}

/** Lays the environment over what the file says. Ports become numbers, so that the schema can judge them. */
export function withEnvironment(file: Record<string, unknown>, env: NodeJS.ProcessEnv): Record<string, unknown> {
  let result = file
  for (const [name, path] of Object.entries(variables)) {
    const value = env[name]
    if (value === undefined || value === '') continue
    result = set(result, path, path[0] === 'ports' ? Number(value) : value)
  }
  return result
}

function set(object: Record<string, unknown>, [key, ...rest]: Path, value: unknown): Record<string, unknown> {
  if (key === undefined) return object
  if (rest.length === 0) return { ...object, [key]: value }
  return { ...object, [key]: set((object[key] ?? {}) as Record<string, unknown>, rest, value) }
}
