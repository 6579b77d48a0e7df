import { UsageError } from '#appliance/failures.ts'

/** A setting is wrong; the message says which, where, and what to write instead. */
export class SettingsError extends UsageError {}
