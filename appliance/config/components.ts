/** The processes inside, in the order they are shown. `idp` runs only with the demo identity provider. */
export const insideNames = ['directory', 'org', 'people', 'relay', 'appview', 'gateway', 'idp'] as const
/** Those strangers can reach: they run where packages are made public. */
export const faceNames = ['edge-org', 'edge-people', 'public-appview', 'public-gateway'] as const
export type FaceName = (typeof faceNames)[number]

export const componentNames = [...insideNames, ...faceNames] as const
export type ComponentName = (typeof componentNames)[number]

/** What listens somewhere: the components, and the people PDS' pages, which are on a port of their own. */
export const insidePorts = ['gateway', 'pages', 'idp', 'directory', 'org', 'people', 'relay', 'appview'] as const
export const facePorts = ['edgeOrg', 'edgePeople', 'publicAppview', 'publicGateway'] as const
export const portNames = [...insidePorts, ...facePorts] as const
export type PortName = (typeof portNames)[number]

export const defaultPorts: Record<PortName, number> = {
  gateway: 4873,
  pages: 4874,
  idp: 4875,
  directory: 4880,
  org: 4881,
  people: 4882,
  relay: 4883,
  appview: 4884,
  edgeOrg: 4885,
  edgePeople: 4886,
  publicAppview: 4887,
  publicGateway: 4888,
}

/** Where a component listens. */
export const portOfFace: Record<FaceName, PortName> = {
  'edge-org': 'edgeOrg',
  'edge-people': 'edgePeople',
  'public-appview': 'publicAppview',
  'public-gateway': 'publicGateway',
}
