import type { OpenBox } from '#test/support/open-box.ts'

/** What the org PDS is asked to execute, whoever asks. */
export interface Submission {
  procedure: string
  /** Canonical bytes of the operation. */
  bytes: Uint8Array
  token: string
  idToken?: string | undefined
  body?: Buffer
}

/** @returns the code of the error, or `done` */
export async function sendToOrg(box: OpenBox, submission: Submission): Promise<{ code: string; message: string }> {
  const { procedure, bytes, token, idToken, body } = submission
  const response = await fetch(`${box.parts.network.peers.org.url}/xrpc/${procedure}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'atoll-operation': Buffer.from(bytes).toString('base64url'),
      ...(idToken === undefined ? {} : { 'atoll-id-token': idToken }),
      'content-type': 'application/octet-stream',
    },
    body: new Uint8Array(body ?? Buffer.alloc(0)),
  })
  const { error = 'done', message = '' } = (await response.json()) as { error?: string; message?: string }
  return { code: error, message }
}
