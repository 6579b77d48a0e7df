import type { Writable } from 'node:stream'

/** Tells the tour as it happens. */
export interface Narrator {
  step(title: string): void
  says(text: string): void
  /** A fact that was read back from the box, under what was just said. */
  fact(label: string, value: string): void
}

export function createNarrator(out: Writable): Narrator {
  let step = 0
  return {
    step(title) {
      step += 1
      out.write(`\n${step}. ${title}\n`)
    },
    says: (text) => void out.write(`   ${text}\n`),
    fact: (label, value) => void out.write(`     ${label.padEnd(12)} ${value}\n`),
  }
}
