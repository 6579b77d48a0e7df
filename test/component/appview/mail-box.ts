import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'

/** A mail server that keeps what it is given. */
export class MailBox implements AsyncDisposable {
  readonly received: { to: string[]; text: string }[] = []
  /** While true it takes nothing. */
  full = false
  readonly port: number
  readonly #server: SMTPServer

  private constructor(server: SMTPServer, port: number) {
    this.#server = server
    this.port = port
  }

  static async start(): Promise<MailBox> {
    let box: MailBox | undefined
    const server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      authOptional: true,
      onAuth: ({ username, password }, _session, done) =>
        done(password === 'mail-password' ? null : new Error('no'), { user: username }),
      onData: (stream, session, done) => {
        void text(stream).then((message) => {
          if (box?.full === true) return done(Object.assign(new Error('mailbox full'), { responseCode: 452 }))
          box?.received.push({ to: session.envelope.rcptTo.map(({ address }) => address), text: message })
          done()
        })
      },
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    box = new MailBox(server, (server.server.address() as AddressInfo).port)
    return box
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }
}
