import type { Transporter } from 'nodemailer'
import type { MailConfig } from '../config.ts'

interface Mail {
  id: string
  to: string
  subject: string
  text: string
}

const timeoutMs = 15_000

/** Hands messages to the company's mail server. nodemailer is loaded with the first. */
export class Mailer implements Disposable {
  readonly #config: MailConfig
  readonly #ca: readonly string[]
  #transport: Transporter | undefined

  /** @param ca PEM certificates that are trusted beside Node's own */
  constructor(config: MailConfig, ca: readonly string[]) {
    this.#config = config
    this.#ca = ca
  }

  /** @throws Error when the server does not take it */
  async send({ id, to, subject, text }: Mail): Promise<void> {
    const { from } = this.#config
    this.#transport ??= await this.#open()
    await this.#transport.sendMail({
      from,
      to,
      subject,
      text,
      messageId: `<${id}@${from.split('@').at(-1)?.replace(/>$/, '')}>`,
      // RFC 3834: nobody's absence is told to a program.
      headers: { 'auto-submitted': 'auto-generated', 'atoll-message': id },
    })
  }

  [Symbol.dispose](): void {
    this.#transport?.close()
  }

  async #open(): Promise<Transporter> {
    const { createTransport } = await import('nodemailer')
    const { rootCertificates } = await import('node:tls')
    const { host, port, tls, credentials } = this.#config.smtp
    return createTransport({
      host,
      port,
      secure: tls === 'implicit',
      requireTLS: tls === 'starttls',
      ignoreTLS: tls === 'none',
      ...(credentials === undefined ? {} : { auth: { user: credentials.user, pass: credentials.password } }),
      ...(this.#ca.length === 0 ? {} : { tls: { ca: [...rootCertificates, ...this.#ca] } }),
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      // What a message says can name no file and no address to fetch.
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  }
}
