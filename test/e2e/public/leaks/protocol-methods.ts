interface MethodSchema {
  nsid: string
  type: string
  parameters?: { shape?: object; validators?: object }
}

export interface ProtocolMethod {
  nsid: string
  parameters: readonly string[]
}

/** Every query that the embedded PDS knows of, and every one of ours: what it is called, and what it takes. */
export async function protocolMethods(): Promise<ProtocolMethod[]> {
  const embedded: unknown = await import(new URL('lexicons/index.js', import.meta.resolve('@atproto/pds')).href)
  const ours: unknown = await import('#lexicons')
  const found = new Map<string, ProtocolMethod>()
  for (const root of [embedded, ours]) for (const method of methodsIn(root, 0)) found.set(method.nsid, method)
  return [...found.values()]
}

const deepest = 8

function* methodsIn(value: unknown, depth: number): Generator<ProtocolMethod> {
  if (value === null || typeof value !== 'object' || depth > deepest) return
  const { main } = value as { main?: MethodSchema }
  if (main?.type === 'query') {
    const { shape, validators } = main.parameters ?? {}
    yield { nsid: main.nsid, parameters: Object.keys(validators ?? shape ?? {}) }
  } else if (main === undefined) for (const each of Object.values(value)) yield* methodsIn(each, depth + 1)
}
