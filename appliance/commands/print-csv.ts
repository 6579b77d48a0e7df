/**
 * Rows as CSV (RFC 4180), under their headings. What others wrote (names of tokens, of clients) begins no formula when a
 * spreadsheet opens it: https://owasp.org/www-community/attacks/CSV_Injection.
 */
export function printCsv<Row extends Record<string, unknown>>(
  rows: readonly Row[],
  columns: readonly (keyof Row & string)[],
): void {
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))]
  process.stdout.write(lines.map((line) => `${line.map(field).join(',')}\r\n`).join(''))
}

/** One field of it. */
export function field(value: unknown): string {
  if (typeof value === 'number') return String(value)
  const text = Array.isArray(value) ? value.join(' ') : String(value ?? '')
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
