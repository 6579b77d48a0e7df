import { defineCheck } from '../check.ts'

const remedy = 'Leave it out (name what is packed in "files" of package.json), and publish a new version'

const keptSecret =
  /(?:^|\/)(?:\.env(?!\.(?:example|sample|template|dist)$)(?:\.[\w.-]+)?|id_(?:rsa|dsa|ecdsa|ed25519)|\.netrc|\.pypirc|\.htpasswd|\.git-credentials|\.(?:git|ssh|aws|gnupg)\/.*|\.docker\/config\.json|credentials\.json)$/i
const keyStore = /\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk)$/i
const stray =
  /(?:^|\/)(?:\.DS_Store|Thumbs\.db|desktop\.ini|npm-debug\.log.*|yarn-error\.log|\.(?:idea|vscode|nyc_output)\/.*|[^/]+\.(?:swp|orig|rej|tsbuildinfo))$/i
const archive = /\.(?:zip|tgz|tar|gz|bz2|xz|zst|7z|rar|jar|war)$/i

/** Files that were packed by mistake, or into which no check looks. */
export const unwantedFiles = defineCheck({
  name: 'unwanted-files',
  codes: {
    'secret-file': {
      severity: 'error',
      finds: '`.env`, `id_rsa`, `.netrc`, anything in `.git`, `.ssh` or `.aws`, and the like',
    },
    'key-file': {
      severity: 'warning',
      finds: '`*.pem`, `*.key`, `*.p12` and the like; a private key in one is a `secret`',
    },
    'stray-file': { severity: 'warning', finds: '`.DS_Store`, logs, folders of editors, and the like' },
    'archive-inside': { severity: 'warning', finds: 'an archive in the tarball: nobody looks into it' },
  },
  look: (_, say) => ({
    file({ version }, { path }) {
      const place = { version, file: path }
      if (keptSecret.test(path)) say('secret-file', place, 'Files of this name hold secrets', remedy)
      else if (keyStore.test(path))
        say('key-file', place, 'Files of this kind hold keys', `${remedy}; or waive this when it is a public one`)
      else if (stray.test(path)) say('stray-file', place, 'It was hardly meant to be packed', remedy)
      else if (archive.test(path)) {
        const unpack =
          'Unpack it, or leave it out, and publish a new version; or say who has looked into it, and waive this'
        say('archive-inside', place, 'It is an archive, into which preflight does not look', unpack)
      }
    },
  }),
})
