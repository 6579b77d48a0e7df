import { appviewInstruments } from '#appview/measure-appview.ts'
import { databaseInstruments, type Instrument, processInstruments, requestInstruments } from '#common/metrics/index.ts'
import { gatewayInstruments } from '#gateway/measure-gateway.ts'
import { hostInstruments } from '#pds/host/measure-host.ts'
import { orgInstruments } from '#pds/org/measure-org.ts'
import { peopleInstruments } from '#pds/people/measure-people.ts'
import { relayInstruments } from '#relay/measure-relay.ts'

interface Section {
  title: string
  instruments: Readonly<Record<string, Instrument>>
}

/** Everything that any component measures. */
export const measured: readonly Section[] = [
  { title: 'Every component: requests', instruments: requestInstruments },
  { title: 'Every component: process', instruments: processInstruments },
  { title: 'Every component: database', instruments: databaseInstruments },
  { title: 'Gateway', instruments: gatewayInstruments },
  { title: 'AppView', instruments: appviewInstruments },
  { title: 'Relay', instruments: relayInstruments },
  { title: 'Organisation PDS and people PDS', instruments: hostInstruments },
  { title: 'Organisation PDS', instruments: orgInstruments },
  { title: 'People PDS', instruments: peopleInstruments },
]

/** docs/metrics.md, made of what the components declare. */
export function metricsReference(): string {
  return [heading, ...measured.map(describeSection)].join('\n')
}

const heading = `# Metrics

<!-- Made of what the components declare by "npm run codegen". -->

Each component answers \`GET /metrics\` in Prometheus' text format, to the bearer of the monitoring token : see [operate.md](operate.md).
Names follow OpenTelemetry's semantic conventions where there is one. Counters begin at zero when a process starts, and appear with the
first thing they count; durations are in seconds. No label holds the name of a package or a person.

Operations by procedure and outcome are requests by route: the org PDS executes a publish at the route
\`/xrpc/app.npm.operation.publish\`, and \`error_type\` says why it refused one. How far one stage is behind another is the difference of
their sequence numbers, such as \`atoll_relay_head_sequence - atoll_appview_sequence\`.
`

function describeSection({ title, instruments }: Section): string {
  const rows = Object.values(instruments).map(
    ({ name, kind, labels, help }) =>
      `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
  )
  return `## ${title}\n\n| metric | kind | labels | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`
}
