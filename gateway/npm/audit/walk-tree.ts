import { AtollError } from '#common/errors/index.ts'
import { type Installed, InstalledBuilder } from './installed.ts'

/** A package in a tree, and under what. */
export interface TreeNode {
  name: string
  version: string
  parent: TreeNode | undefined
  dev: boolean
  optional: boolean
}

export interface Tree {
  nodes: readonly TreeNode[]
  installed: Installed
}

const maxNodes = 200_000
const maxDepth = 1_000

/**
 * A tree as yarn 1 and pnpm 10 send it: `dependencies`, by name, with a `version` and `dependencies` of their own. It is as
 * deep as who sends it likes, so it is walked without recursion.
 * @throws InvalidRequest, AuditTooLarge
 */
export function walkTree(body: unknown): Tree {
  const roots = dependenciesOf(body)
  if (roots === undefined) throw new AtollError('InvalidRequest', { reason: 'an audit has "dependencies"' })
  const builder = new InstalledBuilder()
  const nodes: TreeNode[] = []
  const open: { entries: [string, unknown][]; parent: TreeNode | undefined; depth: number }[] = [
    { entries: roots, parent: undefined, depth: 0 },
  ]
  for (let level = open.pop(); level !== undefined; level = open.pop()) {
    for (const [name, value] of level.entries) {
      const node = nodeOf(name, value, level.parent)
      builder.add(name, node.version)
      nodes.push(node)
      if (nodes.length > maxNodes) throw new AtollError('AuditTooLarge', { what: 'entries', limit: maxNodes })
      if (level.depth >= maxDepth) throw new AtollError('AuditTooLarge', { what: 'levels', limit: maxDepth })
      const below = dependenciesOf(value)
      if (below !== undefined) open.push({ entries: below, parent: node, depth: level.depth + 1 })
    }
  }
  return { nodes, installed: builder.installed }
}

/** From the root down, as npm's registry has always written it. */
export function pathOf(node: TreeNode): string {
  const names: string[] = []
  for (let at: TreeNode | undefined = node; at !== undefined; at = at.parent) names.unshift(at.name)
  return names.join('>')
}

function nodeOf(name: string, value: unknown, parent: TreeNode | undefined): TreeNode {
  const { version, dev, optional } = (isObject(value) ? value : {}) as Record<string, unknown>
  return {
    name,
    version: typeof version === 'string' ? version : '',
    parent,
    dev: dev === true,
    optional: optional === true,
  }
}

function dependenciesOf(value: unknown): [string, unknown][] | undefined {
  if (!isObject(value) || !isObject(value.dependencies)) return undefined
  return Object.entries(value.dependencies)
}

function isObject(value: unknown): value is { dependencies?: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
