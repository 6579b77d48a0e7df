export { describeProblems, type Locate } from './describe-problems.ts'
export { alternativesOf, type JsonSchema, schemasAt, settingsJsonSchema } from './json-schema.ts'
export { listSettings, type SettingDescription } from './list-settings.ts'
export { settingsReference } from './reference.ts'
