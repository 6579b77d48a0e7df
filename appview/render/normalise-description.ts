import type { Manifest } from './manifest-fields.ts'

/**
 * What describes a package may stand in package.json in several shapes; npm's commands expect one of each (`npm view` fails on
 * keywords that are no list), and give it that before they publish elsewhere (@npmcli/package-json, normalize-data.js).
 * What has no shape anybody knows is left out.
 */
export function normaliseDescription({ author, contributors, keywords, repository, bugs }: Manifest): Manifest {
  return {
    author: personOf(author),
    contributors: Array.isArray(contributors) ? contributors.flatMap((one) => personOf(one) ?? []) : undefined,
    keywords: keywordsOf(keywords),
    repository: typeof repository === 'string' ? { type: 'git', url: repositoryUrl(repository) } : repository,
    bugs: typeof bugs === 'string' ? bugsOf(bugs) : bugs,
  }
}

/** `Ann <ann@example.com> (https://ann.example)`, or the same as an object. */
function personOf(value: unknown): object | undefined {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  if (typeof value !== 'string') return undefined
  const name = value.split(/[<(]/, 1)[0]?.trim() ?? ''
  const email = /<([^<>]*)>/.exec(value)?.[1]
  const url = /\(([^()]*)\)/.exec(value)?.[1]
  return { name, ...(email === undefined ? {} : { email }), ...(url === undefined ? {} : { url }) }
}

function keywordsOf(value: unknown): string[] | undefined {
  const list = typeof value === 'string' ? value.split(/[,\s]+/) : value
  if (!Array.isArray(list)) return undefined
  return list.filter((keyword): keyword is string => typeof keyword === 'string' && keyword !== '')
}

const hosts: Record<string, string> = { github: 'github.com', gitlab: 'gitlab.com', bitbucket: 'bitbucket.org' }

/** https://docs.npmjs.com/cli/configuring-npm/package-json#repository: `owner/name` is on GitHub. */
function repositoryUrl(text: string): string {
  const [, host = 'github', path] = /^(?:(github|gitlab|bitbucket):)?([\w.-]+\/[\w.-]+)$/.exec(text) ?? []
  return path === undefined ? text : `git+https://${hosts[host]}/${path}.git`
}

function bugsOf(text: string): object | undefined {
  if (URL.canParse(text)) return { url: text }
  return text.includes('@') ? { email: text } : undefined
}
