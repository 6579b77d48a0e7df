import { refuseTarball, type TarballLimits } from './limits.ts'

// npm, pnpm, yarn and bun pack under package/, other tools under a name of their own (all of @types/*); every client drops
// the first segment when it unpacks. So any one folder will do, and two would land on top of each other.
const rootPattern = /^(?!\.\/)[\w@.~-]+\//

// Controls, those that turn the direction of text among them; a backslash, which is a slash on some systems; and U+FFFD,
// which is what is left of bytes that are not UTF-8 and of which every unpacker makes another name.
const unreadable = /[\p{Cc}\p{Bidi_Control}\ufffd\\]/u

/** Knows every path of an archive, and refuses those that would land elsewhere or on top of each other. */
export class PathLedger {
  readonly #limits: Pick<TarballLimits, 'entries' | 'pathBytes'>
  readonly #files = new Set<string>()
  readonly #folders = new Set<string>()
  #entries = 0
  /** The one folder everything is in, with its slash; known from the first entry on. */
  #root: string | undefined

  constructor(limits: Pick<TarballLimits, 'entries' | 'pathBytes'>) {
    this.#limits = limits
  }

  /**
   * @returns the path inside the package
   * @throws InvalidTarball
   */
  addFile(rawPath: string): string {
    const path = this.#check(rawPath)
    const folded = fold(path)
    if (this.#files.has(folded)) {
      throw refuseTarball(`it has "${path}" twice, or two files whose names differ in upper and lower case only`)
    }
    if (this.#folders.has(folded)) throw refuseTarball(`"${path}" is a file and a folder`)
    this.#files.add(folded)
    this.#addFolders(folded.slice(0, Math.max(folded.lastIndexOf('/'), 0)), path)
    return path
  }

  /** @throws InvalidTarball */
  addFolder(rawPath: string): void {
    const plain = rawPath.replace(/\/$/, '')
    if (plain !== '..' && rootPattern.exec(`${plain}/`)?.[0] === `${plain}/`) {
      this.#count()
      this.#enter(`${plain}/`, JSON.stringify(rawPath))
      return
    }
    const path = this.#check(plain)
    this.#addFolders(fold(path), path)
  }

  #addFolders(folded: string, path: string): void {
    for (let folder = folded; folder !== '' && !this.#folders.has(folder); ) {
      if (this.#files.has(folder)) throw refuseTarball(`a folder of "${path}" is also a file`)
      this.#folders.add(folder)
      folder = folder.slice(0, Math.max(folder.lastIndexOf('/'), 0))
    }
  }

  #check(rawPath: string): string {
    this.#count()
    if (Buffer.byteLength(rawPath) > this.#limits.pathBytes) {
      throw refuseTarball(`a path in it is longer than ${this.#limits.pathBytes} bytes`)
    }
    const shown = JSON.stringify(rawPath)
    if (unreadable.test(rawPath)) throw refuseTarball(`${shown} has characters that are not allowed`)
    if (rawPath.startsWith('/')) throw refuseTarball(`${shown} is an absolute path`)
    const segments = rawPath.split('/')
    if (segments.includes('..')) throw refuseTarball(`${shown} leads out of the package`)
    const [root] = rootPattern.exec(rawPath) ?? []
    if (root === undefined) throw refuseTarball(`${shown} is not in a folder such as "package/"`)
    this.#enter(root, shown)
    if (segments.some((segment) => segment === '' || segment === '.'))
      throw refuseTarball(`${shown} is not a plain path`)
    const path = rawPath.slice(root.length)
    if (/^[a-z]:/i.test(path)) throw refuseTarball(`${shown} names a drive`)
    return path
  }

  /** @throws InvalidTarball */
  #enter(root: string, shown: string): void {
    this.#root ??= root
    if (root !== this.#root) throw refuseTarball(`${shown} is not below "${this.#root}", where the rest is`)
  }

  #count(): void {
    this.#entries += 1
    if (this.#entries > this.#limits.entries) throw refuseTarball(`it has more than ${this.#limits.entries} entries`)
  }
}

/** File systems that ignore case, or normalise, would write both files into one. */
function fold(path: string): string {
  return path.normalize('NFC').toUpperCase().toLowerCase()
}
