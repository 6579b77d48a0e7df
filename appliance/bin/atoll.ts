#!/usr/bin/env node
import { useCompiledCode } from './use-compiled-code.ts'

useCompiledCode(process.env)
// Only now: what is imported above is compiled before anything runs.
const { main } = await import('./main.ts')
await main()
