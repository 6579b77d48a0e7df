import type { Remark } from '../check.ts'
import { saidOf } from '../label-words.ts'

/** Labels that policy warns of, and those it would block by, of labelers that may only warn. */
export const aboutLabels: Remark = ({ labels, source }, { labels: { block, hold, warn } }) => {
  const told = [...block, ...hold, ...warn]
  return labels
    .filter(({ trust }) => trust === 'own' || source !== 'internal')
    .filter(({ val }) => told.includes(val))
    .map((label) => `${saidOf(label)} by ${label.src}`)
}
