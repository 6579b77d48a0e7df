import { build } from './lexicon-build.ts'

/** `npm run codegen`: TypeScript from the lexicons, written to lexicons/generated. */
await build(new URL('../lexicons/generated', import.meta.url).pathname)
