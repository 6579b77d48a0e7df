/** What package managers have to be told, beside where the registry is. */
export interface ClientSettings {
  /** Names and patterns of what is internal: `@acme.test/*`. */
  internal: readonly string[]
  /** Names of packages whose scripts may run: the registry lets in only versions that policy allows. */
  builders: readonly string[]
}

/** A part of a file, ready to be pasted into it. */
export interface Snippet {
  file: string
  text: string
}

export const clientNames = ['npm', 'pnpm', 'yarn', 'bun'] as const
export type ClientName = (typeof clientNames)[number]

/**
 * What each client is told, in its own words. Ages are the registry's to judge, so internal packages are excepted from the clients' own
 * rules; scripts run of what is on the list and of nothing else. Names carry no versions: which of them may be installed is decided
 * by the registry, each time. Pure.
 */
export function settingsFor(client: ClientName, settings: ClientSettings): Snippet[] {
  const { internal, builders } = sorted(settings)
  return makers[client]({ internal, builders }).filter(({ text }) => text !== '')
}

const makers: Record<ClientName, (settings: ClientSettings) => Snippet[]> = {
  // npm 12 runs no dependency's script without it (docs.npmjs.com/cli/v12/commands/npm-approve-scripts).
  npm: ({ builders }) => [{ file: 'package.json', text: json({ allowScripts: each(builders, true) }) }],
  // pnpm 11 and 12 read allowBuilds, pnpm 10 onlyBuiltDependencies; each ignores the other's (pnpm.io/settings).
  pnpm: ({ internal, builders }) => [
    {
      file: 'pnpm-workspace.yaml',
      text: [
        yamlList('minimumReleaseAgeExclude', internal),
        builders.length === 0 ? '' : `allowBuilds:\n${builders.map((name) => `  ${quoted(name)}: true\n`).join('')}`,
        yamlList('onlyBuiltDependencies', builders),
      ].join(''),
    },
  ],
  // Since 4.14 no script runs in a new project; `built` is the exception (yarnpkg.com/configuration/manifest).
  yarn: ({ internal, builders }) => [
    { file: '.yarnrc.yml', text: yamlList('npmPreapprovedPackages', internal) },
    { file: 'package.json', text: json({ dependenciesMeta: each(builders, { built: true }) }) },
  ],
  // Bun's exclusions are exact names, and it waits for no age unless it is told to: they are left out.
  bun: ({ builders }) => [
    { file: 'package.json', text: builders.length === 0 ? '' : json({ trustedDependencies: builders }) },
  ],
}

function sorted({ internal, builders }: ClientSettings): ClientSettings {
  return { internal: [...new Set(internal)].toSorted(), builders: [...new Set(builders)].toSorted() }
}

function each(names: readonly string[], value: unknown): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, value]))
}

/** @returns nothing for what says nothing */
function json(field: Record<string, object>): string {
  const says = Object.values(field).some((value) => Object.keys(value).length > 0)
  return says ? `${JSON.stringify(field, null, 2)}\n` : ''
}

function yamlList(key: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `${key}:\n${names.map((name) => `  - ${quoted(name)}\n`).join('')}`
}

/** A JSON string is a YAML string. */
function quoted(text: string): string {
  return JSON.stringify(text)
}
