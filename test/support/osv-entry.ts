/** An entry of OSV about an npm package. */
export function osvEntry(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    schema_version: '1.7.0',
    id: 'GHSA-2222-3333-4444',
    modified: '2026-03-01T12:00:00.123456Z',
    published: '2026-02-01T12:00:00Z',
    aliases: ['CVE-2026-0001'],
    summary: 'Command injection in left-pad',
    references: [{ type: 'WEB', url: 'https://blog.test/left-pad' }],
    database_specific: { severity: 'HIGH', cwe_ids: ['CWE-77', 'rubbish'] },
    affected: [affectedEntry('left-pad', [{ introduced: '0' }, { fixed: '1.3.1' }])],
    ...changes,
  }
}

export function affectedEntry(name: string, events: object[], changes: object = {}): object {
  return { package: { ecosystem: 'npm', name }, ranges: [{ type: 'SEMVER', events }], ...changes }
}
