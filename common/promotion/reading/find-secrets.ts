import { extname } from 'node:path/posix'
import { lintSource } from '@secretlint/core'
import { secretLintProfiler } from '@secretlint/profiler'
import { rules as recommended } from '@secretlint/secretlint-rule-preset-recommend'
import type { TextSeen } from './text-seen.ts'

// It keeps a mark for every rule and every text, for as long as the process lives.
secretLintProfiler.setEnabled(false)

// `secretlint-disable` in a comment: nobody waives their own secrets. (A preset would register it even where it is disabled.)
const rules = recommended.filter(({ meta }) => meta.id !== '@secretlint/secretlint-rule-filter-comments')
const config = { rules: rules.map((rule) => ({ id: rule.meta.id, rule })) }

/** @returns what kind of secret, and where; never the secret itself */
export async function findSecrets({ file, text }: TextSeen): Promise<{ kind: string; index: number }[]> {
  const { messages } = await lintSource({
    source: { filePath: file, content: text, contentType: 'text', ext: extname(file) },
    options: { config, maskSecrets: true, noPhysicFilePath: true },
  })
  return messages.map(({ messageId, range }) => ({ kind: messageId, index: range[0] }))
}
