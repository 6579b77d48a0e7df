import { constants, monitorEventLoopDelay, PerformanceObserver, performance } from 'node:perf_hooks'
import { counter, gauge, histogram } from './instrument.ts'
import type { Metrics } from './metrics.ts'

/** https://opentelemetry.io/docs/specs/semconv/runtime/nodejs-metrics/ and …/system/process-metrics/. */
export const processInstruments = {
  cpu: counter('process_cpu_time_seconds_total', 'Processor time used.', ['cpu_mode']),
  memory: gauge('process_memory_usage_bytes', 'Resident memory.'),
  uptime: gauge('process_uptime_seconds', 'How long it has been running.'),
  heap: gauge('v8js_memory_heap_used_bytes', 'JavaScript heap in use.'),
  gc: histogram('v8js_gc_duration_seconds', 'How long garbage collections took.', ['v8js_gc_type']),
  delay: gauge('nodejs_eventloop_delay_seconds', 'How late the event loop was, since the last reading.', ['quantile']),
  utilization: gauge(
    'nodejs_eventloop_utilization_ratio',
    'Share of time the event loop was busy, since the last reading.',
  ),
} as const

// A timer of every process for ever: this fine is fine enough.
const resolutionMs = 50

const gcTypes: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
}

/** How the process is doing, of which the component is a part. */
export function measureProcess(metrics: Metrics): Disposable {
  metrics.observe(processInstruments.cpu, () => {
    const { user, system } = process.cpuUsage()
    return [
      { labels: { cpu_mode: 'user' }, value: user / 1e6 },
      { labels: { cpu_mode: 'system' }, value: system / 1e6 },
    ]
  })
  metrics.observe(processInstruments.memory, () => process.memoryUsage.rss())
  metrics.observe(processInstruments.uptime, () => process.uptime())
  metrics.observe(processInstruments.heap, () => process.memoryUsage().heapUsed)
  const collections = measureCollections(metrics)
  const loop = measureLoop(metrics)
  return {
    [Symbol.dispose]() {
      collections[Symbol.dispose]()
      loop[Symbol.dispose]()
    },
  }
}

function measureCollections(metrics: Metrics): Disposable {
  const record = metrics.histogram(processInstruments.gc)
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { duration, detail } = entry as unknown as { duration: number; detail: { kind: number } }
      const { kind } = detail
      record(duration / 1000, { v8js_gc_type: gcTypes[kind] ?? 'other' })
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  return { [Symbol.dispose]: () => observer.disconnect() }
}

function measureLoop(metrics: Metrics): Disposable {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  metrics.observe(processInstruments.delay, () => {
    const late = (quantile: string, nanoseconds: number) => {
      // It measures from tick to tick.
      return { labels: { quantile }, value: Math.max(0, nanoseconds / 1e9 - resolutionMs / 1000) }
    }
    const readings =
      delay.count === 0
        ? []
        : [late('0.5', delay.percentile(50)), late('0.99', delay.percentile(99)), late('1', delay.max)]
    delay.reset()
    return readings
  })
  let before = performance.eventLoopUtilization()
  metrics.observe(processInstruments.utilization, () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    return utilization
  })
  return { [Symbol.dispose]: () => delay.disable() }
}
