import { loadComponent } from '#appliance/run/components.ts'
import { app } from '#lexicons'
import { PdsHost } from '#pds/host/index.ts'

/**
 * `node mortal-process.ts <component> <configuration> [<state> before|after <id>]`: a component in a process that may be killed. It kills itself at the moment
 * at which it writes down that a promotion has come so far. Says so when it listens.
 */
const [name, file = '', state, when, id] = process.argv.slice(2)
const write = PdsHost.prototype.write
PdsHost.prototype.write = async function dying(...parameters) {
  const [, writes] = parameters
  const isFatal = writes.some(
    ({ collection, rkey, record }) =>
      collection === app.npm.org.promotionProgress.$nsid && rkey === id && record['state'] === state,
  )
  if (isFatal && when === 'before') process.kill(process.pid, 'SIGKILL')
  const written = await write.apply(this, parameters)
  if (isFatal) process.kill(process.pid, 'SIGKILL')
  return written
}
const start = await loadComponent[name as keyof typeof loadComponent]()
await start(file)
process.stdout.write('ready\n')
