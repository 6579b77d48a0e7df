/** What was asked for cannot be done, and the message says why and what helps: exit code 1. */
export class Failure extends Error {}

/** What was asked for is not clear, or the settings are wrong: exit code 2. */
export class UsageError extends Error {}
