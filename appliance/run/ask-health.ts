import { readFile } from 'node:fs/promises'

// What the image's HEALTHCHECK runs, many times a minute: a program of its own that loads nothing else.
const [file = '/run/secrets/config'] = process.argv.slice(2)
const { listen } = JSON.parse(await readFile(file, 'utf8')) as { listen: { port: number } }
const response = await fetch(`http://127.0.0.1:${listen.port}/healthz`)
if (!response.ok) process.exitCode = 1
