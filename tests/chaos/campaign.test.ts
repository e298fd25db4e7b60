import { describe, expect, it } from 'vitest'
import { runCampaignPart } from '../support/campaign/campaign-part.ts'

describe('kill -9 of server and console at random instants under load', () => {
  it('keeps every promise over four kills', async () => {
    const result = await runCampaignPart({ kills: 4, seed: 20_261_123 })
    expect(result).toMatchObject({
      lost: 0,
      doubled: 0,
      integrityFailures: 0,
      commandsDoneTwice: 0,
      commandsLost: 0,
      differentIncidents: 0,
      notificationsNotShown: 0,
      unsettled: 0,
    })
    // It was at work, not asleep.
    expect(result.kills.server + result.kills.console).toBe(4)
    expect(result.accepted).toBeGreaterThan(50)
    expect(result.commands).toBeGreaterThan(0)
    expect(result.notifications).toBeGreaterThan(0)
    expect(result.liveTold).toBeGreaterThan(0)
  }, 45_000)
})
