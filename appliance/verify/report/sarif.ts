import { type Outcome, type Rule, rules } from '../outcome.ts'

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/**
 * The findings as SARIF 2.1.0, which code hosts show beside the lines they are about.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 * @param lockfile path as code hosts know it: relative to the repository
 */
export function toSarif(outcomes: readonly Outcome[], { lockfile, version }: { lockfile: string; version: string }) {
  return {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'atoll verify', semanticVersion: version, rules: Object.entries(rules).map(describeRule) },
        },
        results: outcomes.flatMap((outcome) => outcome.findings.map((finding) => resultOf(outcome, finding, lockfile))),
      },
    ],
  }
}

function describeRule([id, { level, title, help }]: [string, (typeof rules)[Rule]]) {
  return { id, shortDescription: { text: title }, help: { text: help }, defaultConfiguration: { level } }
}

function resultOf({ locked }: Outcome, { rule, reason }: Outcome['findings'][number], lockfile: string) {
  const { name, version, line } = locked
  const region = line === undefined ? {} : { region: { startLine: line } }
  return {
    ruleId: rule,
    level: rules[rule].level,
    message: { text: `${name}@${version}: ${reason}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: encodeURI(lockfile) }, ...region } }],
    // Lines move; what it is about does not (SARIF, section 3.27.17).
    partialFingerprints: { 'atoll/v1': `${rule} ${name}@${version}` },
  }
}
