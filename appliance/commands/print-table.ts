/** Prints rows under their headings, in columns as wide as what is in them; as JSON when a program reads. */
export function printTable<Row extends Record<string, unknown>>(
  rows: readonly Row[],
  columns: readonly (keyof Row & string)[],
  { json, empty }: { json: boolean; empty: string },
): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
    return
  }
  if (rows.length === 0) {
    process.stdout.write(`${empty}\n`)
    return
  }
  const cells = [columns.map((column) => column.toUpperCase()), ...rows.map((row) => columns.map((c) => cell(row[c])))]
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)))
  for (const line of cells) {
    const padded = line.map((text, index) => text.padEnd(widths[index] ?? 0))
    process.stdout.write(`${padded.join('  ').trimEnd()}\n`)
  }
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return ''
  return Array.isArray(value) ? value.join(', ') : String(value)
}
