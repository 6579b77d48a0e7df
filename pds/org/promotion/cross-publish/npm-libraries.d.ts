// npm's own libraries come without types. What is used of them:

declare module 'libnpmpublish' {
  import type { Agent } from 'node:http'

  interface PublishOptions {
    registry: string
    access: 'public'
    defaultTag: string
    agent: Agent
    timeout: number
    retry: { retries: number }
  }
  export function publish(manifest: object, tarball: Buffer, options: PublishOptions): Promise<unknown>
}

declare module '@npmcli/package-json' {
  export default class PackageJson {
    readonly content: Record<string, unknown>
    fromContent(content: Record<string, unknown>): this
    normalize(options: { steps: readonly string[] }): Promise<this>
  }
}
