import { BoxLog } from '#appliance/supervise/box-log.ts'
import { ComponentProcess } from '#appliance/supervise/component-process.ts'

// A supervisor of one component, for the test that kills it.
const [folder = '', configFile = ''] = process.argv.slice(2)
const log = new BoxLog(folder, process.stderr, { verbose: false })
const component = new ComponentProcess({ name: 'idp', configFile, env: { PATH: process.env['PATH'] }, log })
component.start()
await component.ready
process.stdout.write('ready\n')
