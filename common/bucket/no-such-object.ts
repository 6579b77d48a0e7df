/** There is nothing under that key. An outage is another error: who takes one for the other believes that bytes are lost. */
export class NoSuchObject extends Error {
  constructor(key: string, cause?: unknown) {
    super(`there is no object ${key}`, { cause })
    this.name = 'NoSuchObject'
  }
}
