/**
 * Imports only go down: appliance → gateway, appview, relay, pds → common → lexicons (ARCHITECTURE.md).
 * Components never import each other: they meet over XRPC.
 */
const components = ['pds', 'relay', 'appview', 'gateway']
const layers = ['appliance', ...components]

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { pathNot: '^lexicons/generated' } },
    },
    {
      name: 'lexicons-import-nothing',
      severity: 'error',
      from: { path: '^lexicons/' },
      to: { path: `^(common|${layers.join('|')}|test)/` },
    },
    {
      name: 'common-imports-lexicons-only',
      severity: 'error',
      from: { path: '^common/' },
      to: { path: `^(${layers.join('|')}|test)/` },
    },
    ...components.map((name) => ({
      name: `${name}-imports-no-other-component`,
      severity: 'error',
      from: { path: `^${name}/` },
      to: { path: `^(${layers.filter((other) => other !== name).join('|')}|test)/` },
    })),
    { name: 'appliance-imports-no-tests', severity: 'error', from: { path: '^appliance/' }, to: { path: '^test/' } },
    { name: 'org-and-people-apart', severity: 'error', from: { path: '^pds/org/' }, to: { path: '^pds/people/' } },
    { name: 'people-and-org-apart', severity: 'error', from: { path: '^pds/people/' }, to: { path: '^pds/org/' } },
    {
      name: 'edge-and-inside-apart',
      severity: 'error',
      from: { path: '^pds/edge/' },
      to: { path: '^pds/(org|people|promote|directory)/' },
    },
    {
      name: 'inside-and-edge-apart',
      severity: 'error',
      from: { path: '^pds/(org|people|promote|directory)/' },
      to: { path: '^pds/edge/' },
    },
    {
      name: 'no-unlisted-packages',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^test/fixtures' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
}
