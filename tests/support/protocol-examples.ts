export interface ProtocolExample {
  direction: 'client' | 'server' | 'http'
  /** Line of docs/PROTOCOL.md on which the block begins. */
  line: number
  title: string
  json: string
}

/** The fenced JSON blocks of docs/PROTOCOL.md that say where they come from. */
export function protocolExamples(markdown: string): ProtocolExample[] {
  const fence = /^```json (?:from )?(client|server|http)\n([\s\S]*?)^```$/gm
  return [...markdown.matchAll(fence)].map((match) => {
    const [, direction = '', json = ''] = match
    return {
      direction: direction as ProtocolExample['direction'],
      line: markdown.slice(0, match.index).split('\n').length,
      title: /"type": "(\w+)"/.exec(json)?.[1] ?? `an HTTP body`,
      json,
    }
  })
}
