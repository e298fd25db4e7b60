/** Who is in the story; docs/story.md says what happens to them. */
export const authoriseApi = 'authorise-api'
export const payoutApi = 'payout-api'
export const settlementDb = 'settlement-db'

export const authorisePods = podsOf(authoriseApi, 48)
export const payoutPods = podsOf(payoutApi, 24)

/** From where a card payment is tried each second. */
export const places = [
  'Amsterdam',
  'Berlin',
  'Bern',
  'Brussels',
  'Copenhagen',
  'Dublin',
  'Frankfurt',
  'Hamburg',
  'Leipzig',
  'Lisbon',
  'London',
  'Lyon',
  'Madrid',
  'Milan',
  'Munich',
  'Paris',
  'Prague',
  'Vienna',
  'Warsaw',
  'Zurich',
] as const

/** As everybody names the release who knows it. */
export function releaseLabel(release: string): string {
  return `${authoriseApi}/${release}`
}

function podsOf(service: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${service}-${String(index + 1).padStart(2, '0')}`)
}
