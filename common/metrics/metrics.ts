import type { Meter, ObservableResult } from '@opentelemetry/api'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { shareCalls } from '#common/slots/index.ts'
import type { Instrument, Labels } from './instrument.ts'

export interface Reading<Label extends string> {
  labels?: Labels<Label>
  value: number
}

type Read<Label extends string> = () => number | readonly Reading<Label>[] | Promise<number | readonly Reading<Label>[]>

// Those of the semantic conventions for durations of HTTP requests.
const boundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

// A gauge that asks a database that hangs must not hold up the others.
const timeoutMillis = 2_000

/** The metrics of one component: its own meter, nothing that the process shares. */
export class Metrics implements AsyncDisposable {
  // It is the reader that collects; the server it could start is left out, ours stands in front.
  readonly #exporter = new PrometheusExporter({ preventServerStart: true })
  readonly #serializer = new PrometheusSerializer('', false, undefined, true, true)
  readonly #provider = new MeterProvider({ readers: [this.#exporter] })
  readonly #meter: Meter = this.#provider.getMeter('atoll')

  /** @returns what records a duration, in seconds */
  histogram<Label extends string>({
    name,
    help,
  }: Instrument<Label>): (seconds: number, labels?: Labels<Label>) => void {
    const instrument = this.#meter.createHistogram(name, {
      description: help,
      advice: { explicitBucketBoundaries: boundaries },
    })
    return (seconds, labels) => instrument.record(seconds, labels)
  }

  /** Reads a gauge or a counter whenever somebody looks. What cannot be read then is left out. */
  observe<Label extends string>({ name, help, kind }: Instrument<Label>, read: Read<Label>): void {
    const options = { description: help }
    const instrument =
      kind === 'counter'
        ? this.#meter.createObservableCounter(name, options)
        : this.#meter.createObservableGauge(name, options)
    const readOnce = shareCalls(async () => read())
    instrument.addCallback(async (result) => report(result, await readOnce()))
  }

  /** In Prometheus' text format. */
  async text(): Promise<string> {
    const { resourceMetrics } = await this.#exporter.collect({ timeoutMillis })
    return this.#serializer.serialize(resourceMetrics)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#provider.shutdown()
  }
}

function report<Label extends string>(result: ObservableResult, read: number | readonly Reading<Label>[]): void {
  const readings = typeof read === 'number' ? [{ value: read }] : read
  for (const { value, labels } of readings as readonly Reading<Label>[]) result.observe(value, labels)
}
