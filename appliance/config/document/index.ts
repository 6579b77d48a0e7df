export { parseSettings, readDocument, type SettingPath, type SettingsDocument } from './read-document.ts'
