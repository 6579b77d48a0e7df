import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What a company's own certificate authority gives. */
export interface PrivateAuthority {
  /** PEM. */
  ca: string
  /** Of a server with the names asked for. */
  server: { key: string; cert: string }
}

/** Draws an authority nobody trusts yet, and has it certify a server. @param names of the server, or its addresses */
export async function privateAuthority(names: readonly string[]): Promise<PrivateAuthority> {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-authority-'))
  const at = (file: string) => join(folder, file)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  try {
    const own = ['-x509', '-days', '2', '-subj', '/CN=Acme Root', '-addext', 'basicConstraints=critical,CA:TRUE']
    await run('openssl', ['req', ...key, ...own, '-keyout', at('ca.key'), '-out', at('ca.pem')])
    await run('openssl', ['req', ...key, '-subj', '/CN=server', '-keyout', at('server.key'), '-out', at('server.csr')])
    await writeFile(
      at('names'),
      `subjectAltName=${names.map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`).join(',')}`,
    )
    const signing = [
      '-CA',
      at('ca.pem'),
      '-CAkey',
      at('ca.key'),
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      at('names'),
    ]
    await run('openssl', ['x509', '-req', '-in', at('server.csr'), ...signing, '-out', at('server.pem')])
    const read = (file: string) => readFile(at(file), 'utf8')
    return { ca: await read('ca.pem'), server: { key: await read('server.key'), cert: await read('server.pem') } }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
