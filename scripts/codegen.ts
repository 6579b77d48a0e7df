import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generatedDocs } from './generated-docs.ts'
import { build } from './lexicon-build.ts'

/** `npm run codegen`: TypeScript from the lexicons, and the documents made of the settings' schema and the metrics. */
await build(new URL('../lexicons/generated', import.meta.url).pathname)
for (const [path, content] of Object.entries(generatedDocs())) {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url))
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content)
}
