/** A metric as it is named, explained and labelled, here and in docs/metrics.md. */
export interface Instrument<Label extends string = string> {
  /**
   * As Prometheus shows it: the semantic conventions' dots are underscores, and the unit and `_total` are spelled out, since
   * the exporter adds no units (https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/).
   */
  name: string
  kind: 'counter' | 'gauge' | 'histogram'
  help: string
  /** Each takes few values: patterns of routes and kinds of things, never names of packages or people. */
  labels: readonly Label[]
}

/** The labels of one reading. */
export type Labels<Label extends string = string> = Readonly<Partial<Record<Label, string>>>

export function counter<const Label extends string = never>(
  name: string,
  help: string,
  labels: readonly Label[] = [],
): Instrument<Label> {
  return { name, kind: 'counter', help, labels }
}

export function gauge<const Label extends string = never>(
  name: string,
  help: string,
  labels: readonly Label[] = [],
): Instrument<Label> {
  return { name, kind: 'gauge', help, labels }
}

/** Of durations, in seconds. */
export function histogram<const Label extends string = never>(
  name: string,
  help: string,
  labels: readonly Label[] = [],
): Instrument<Label> {
  return { name, kind: 'histogram', help, labels }
}
