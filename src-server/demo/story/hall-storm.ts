import { eventMaker, every, type Complaint, type Saying, type StoryRun } from './script.ts'

/** The storm on request: the power of a hall is lost, and everything in it says so for twenty seconds. */
export const hallStorm = { source: 'demo-hall-monitor', hosts: 500, rounds: 20, everyMs: 1_000 } as const

/** How many events it sends before it calms down. */
export const hallStormEvents = 1 + hallStorm.hosts * hallStorm.rounds

const hostsBackMs = 50_000
const powerBackMs = 60_000
/** How long it lasts until everything is well again. */
export const hallStormMs = powerBackMs
const halls = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'] as const

/** The storm with this number: another hall each time, so that it is another incident. */
export function* hallStormSayings(run: StoryRun, count: number): Generator<Saying> {
  const { trigger, resolve } = eventMaker(run, `storm-${count}`)
  const hall = halls[count % halls.length] ?? 'A'
  const power: Complaint = {
    dedupKey: `hall-${hall}/power`,
    service: 'data-halls',
    severity: 'critical',
    title: `Power is lost in hall ${hall}`,
    labels: { hall },
  }
  const hosts = Array.from({ length: hallStorm.hosts }, (_, index): Complaint => {
    const host = `${hall.toLowerCase()}-${String(index + 1).padStart(3, '0')}`
    return {
      dedupKey: `${host}/unreachable`,
      service: `rack-${hall}${Math.floor(index / 20) + 1}`,
      severity: 'error',
      title: `${host} does not answer`,
      labels: { hall, host },
    }
  })
  yield trigger(0, power)
  const { rounds, everyMs } = hallStorm
  for (const atMs of every(everyMs, 0, rounds * everyMs)) {
    for (const host of hosts) yield trigger(atMs, host)
  }
  for (const host of hosts) yield resolve(hostsBackMs, host)
  yield resolve(powerBackMs, power)
}
