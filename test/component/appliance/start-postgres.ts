import { EmbeddedPostgres } from '#appliance/postgres/index.ts'

// A process with a Postgres of its own, for the test that kills it.
const [folder = '', binariesFolder = ''] = process.argv.slice(2)
const postgres = await EmbeddedPostgres.start({ folder, binariesFolder, password: 'secret' })
process.stdout.write(`${postgres.pid}\n`)
