import { flushCompileCache } from 'node:module'

// Whoever waits for the box to get ready should not wait for this.
const afterMs = 2_000

/**
 * Writes what V8 compiled to NODE_COMPILE_CACHE, for the next start. By itself Node does so when a process ends: never in
 * one that is killed, and in one that should end soon it takes up to seconds while all others do the same.
 */
export function keepCompiledCode(): void {
  setTimeout(flushCompileCache, afterMs).unref()
}
