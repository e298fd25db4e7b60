import { request, type Agent } from 'node:http'

export interface Answer {
  status: number
  body: string
}

/** One POST with JSON over node's own client: cheap enough to load a server with. */
export function postJson(agent: Agent, url: string, token: string, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        method: 'POST',
        agent,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      },
      (incoming) => {
        const parts: Buffer[] = []
        incoming.on('data', (part: Buffer) => parts.push(part))
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(parts).toString() }),
        )
        incoming.on('error', reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** An event of the kind `events`; keys repeat so that alerts are fed, not only opened. */
export function sampleEvent(index: number, keys = 500): Record<string, unknown> {
  const key = index % keys
  return {
    id: `sample-${index}`,
    action: 'trigger',
    dedupKey: `host-${key}/disk`,
    severity: (['info', 'warning', 'error', 'critical'] as const)[key % 4],
    service: `service-${key % 40}`,
    title: `Disk 92 % full on host-${key}`,
    labels: { host: `host-${key}`, zone: `zone-${key % 3}` },
  }
}
