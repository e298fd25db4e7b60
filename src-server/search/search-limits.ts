/** Where a search changes its way, or stops. Tests take small ones, so that a few events go every way. */
export interface SearchLimits {
  /** The time of one page in ms: so long others that ask have to wait, and the index does not get on. */
  pageMs: number
  /** Events of one block: a second's work of a busy server, and one row to read for a search. */
  eventsPerBlock: number
  /** So many contents are looked at before the index is asked: a filter that much fits is answered by then. */
  lookedAtFirst: number
  /** A list this long says that much fits: then looking at each as it comes is the shorter way. */
  mostListed: number
  /** A term that more contents or incidents fit narrows a search for incidents too little to be worth its list. */
  mostContents: number
  mostIncidents: number
  /** So many entries that are not yet indexed are looked through for each page: some milliseconds. */
  mostNotIndexed: number
}

export const defaultLimits: SearchLimits = {
  pageMs: 300,
  eventsPerBlock: 4_096,
  lookedAtFirst: 300,
  mostListed: 300_000,
  mostContents: 2_000,
  mostIncidents: 5_000,
  mostNotIndexed: 20_000,
}
