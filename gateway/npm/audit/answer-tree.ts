import { advisoryNumber, severities } from '#common/advisories/index.ts'
import type { Vulnerable } from './find-vulnerable.ts'
import { pathOf, type Tree, type TreeNode } from './walk-tree.ts'

/** Enough to find it; a package that everything needs has thousands. */
const maxPaths = 100

/** What yarn 1 and pnpm 10 read (yarn's src/cli/commands/audit.js; pnpm's @pnpm/audit). */
export function answerTree({ nodes }: Tree, vulnerable: readonly Vulnerable[]): object {
  const byName = Map.groupBy(nodes, ({ name }) => name)
  const told = vulnerable.map((one) => ({ one, found: nodesOf(one, byName) }))
  const counts = severities.map((severity) => {
    const ofIt = told.filter(({ one }) => one.advisory.severity === severity)
    return [severity, ofIt.reduce((sum, { found }) => sum + found.length, 0)]
  })
  return {
    // Nobody here knows the ranges of who depends on it, so what to update is for people to say.
    actions: told.map(({ one, found }) => ({ action: 'review', module: one.name, resolves: resolvesOf(one, found) })),
    advisories: Object.fromEntries(told.map(({ one, found }) => [keyOf(one), describe(one, found)])),
    muted: [],
    metadata: { vulnerabilities: { info: 0, ...Object.fromEntries(counts) }, ...countTree(nodes) },
  }
}

function nodesOf({ name, versions }: Vulnerable, byName: ReadonlyMap<string, TreeNode[]>): TreeNode[] {
  const bad = new Set(versions)
  return (byName.get(name) ?? []).filter(({ version }) => bad.has(version))
}

/** Keys of the object are numbers to its readers, and an advisory may be about two packages of a tree. */
function keyOf({ name, advisory }: Vulnerable): number {
  return advisory.affected.length === 1 ? advisoryNumber(advisory.id) : advisoryNumber(`${advisory.id} ${name}`)
}

function resolvesOf(one: Vulnerable, found: readonly TreeNode[]) {
  return found.slice(0, maxPaths).map((node) => {
    return { id: keyOf(one), path: pathOf(node), dev: node.dev, optional: node.optional, bundled: false }
  })
}

function describe(one: Vulnerable, found: readonly TreeNode[]): object {
  const { id, aliases, summary, severity, url, cwes, cvss, published, modified } = one.advisory
  const link = url ?? `https://osv.dev/vulnerability/${id}`
  const versions = [...Map.groupBy(found, ({ version }) => version)]
  const names = [id, ...aliases]
  return {
    id: keyOf(one),
    findings: versions.map(([version, at]) => ({ version, paths: at.slice(0, maxPaths).map(pathOf) })),
    module_name: one.name,
    title: summary,
    severity,
    url: link,
    vulnerable_versions: one.affected.vulnerable,
    patched_versions: one.affected.patched,
    github_advisory_id: names.find((name) => name.startsWith('GHSA-')),
    cves: names.filter((name) => name.startsWith('CVE-')),
    cwe: cwes,
    cvss: { score: (cvss?.tenths ?? 0) / 10, vectorString: cvss?.vector ?? null },
    overview: summary,
    recommendation: one.affected.patched === '<0.0.0' ? 'None' : `Upgrade to ${one.affected.patched}`,
    references: `- ${link}`,
    access: 'public',
    created: published ?? modified,
    updated: modified,
    deleted: null,
    found_by: null,
    reported_by: null,
    metadata: null,
  }
}

function countTree(nodes: readonly TreeNode[]) {
  const dev = nodes.filter((node) => node.dev).length
  const optional = nodes.filter((node) => node.optional && !node.dev).length
  return {
    dependencies: nodes.length - dev - optional,
    devDependencies: dev,
    optionalDependencies: optional,
    totalDependencies: nodes.length,
  }
}
