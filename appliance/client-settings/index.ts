export { type ClientName, type ClientSettings, clientNames, type Snippet, settingsFor } from './settings-for.ts'
