import { variableOf } from '../environment.ts'
import { type JsonSchema, settingsJsonSchema } from './json-schema.ts'
import { listSettings, type SettingDescription } from './list-settings.ts'

const introduction = `# Settings

<!-- Made of the schema of the settings by "npm run codegen". -->

\`atoll.yaml\`, in the folder where Atoll is started (\`--settings <file>\` or \`ATOLL_CONFIG\` name another). Everything has a
default: an empty file is a working box. Where a variable is named, it stands over the file. Four more variables are not settings:
\`ATOLL_DATA\` (the data folder, \`./data\`), \`ATOLL_CONFIG\`, \`ATOLL_PORTS=free\` (free ports instead of the default ones, chosen at the
first start) and \`ATOLL_TOKEN\` (the npm token with which you administer).

\`atoll config check\` says what is wrong before a start does, \`atoll config show --sources\` what counts and where it comes from. With
this first line editors that know the YAML language server complete and check the file; \`atoll config schema\` prints the schema:

\`\`\`yaml
# yaml-language-server: $schema=./docs/atoll.schema.json
\`\`\`
`

/** docs/configuration.md: every setting, by section. */
export function settingsReference(): string {
  const sections = Object.entries(settingsJsonSchema().properties ?? {})
  return [introduction, ...sections.map(([name, schema]) => describeSection(name, schema))].join('\n')
}

function describeSection(name: string, schema: JsonSchema): string {
  const rows = listSettings(schema, name).map(describeRow)
  const head = ['| setting | type | default | meaning |', '|---|---|---|---|']
  return [`## ${name}`, '', schema.description ?? '', '', ...head, ...rows, ''].join('\n')
}

function describeRow(setting: SettingDescription): string {
  const { path, type, description = '', required } = setting
  const variable = variableOf(path.split('.'))
  const meaning = variable === undefined ? description : `${description} Variable: \`${variable}\`.`
  const cells = [`\`${path}\``, type, required ? 'required' : defaultOf(setting), meaning]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function defaultOf({ default: value }: SettingDescription): string {
  if (value === undefined) return ''
  if (Array.isArray(value) && value.length === 0) return 'none'
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}
