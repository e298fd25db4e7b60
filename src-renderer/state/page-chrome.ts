import attention from '../icons/attention.svg'
import blind from '../icons/blind.svg'
import connecting from '../icons/connecting.svg'
import live from '../icons/live.svg'
import stale from '../icons/stale.svg'
import { texts } from '../texts.ts'
import type { ConsoleSession } from './console-session.ts'

/** The count in the title is renewed at most this often, in ms: each title is told to the whole browser. */
const titleEveryMs = 500

const icons = { attention, blind, connecting, live, stale }

/**
 * Keeps the page's title and icon saying what the screen says (count and freshness), and tells the announcer
 * when freshness turns. Returns how to stop.
 */
export function followPageChrome(session: ConsoleSession, page: Document): () => void {
  const icon = page.querySelector<HTMLLinkElement>('link[rel="icon"]')
  let lastState = session.freshness.store.getState().view.state
  let shownTitle = page.title
  let titleTimer: ReturnType<typeof setTimeout> | undefined

  function showTitle(): void {
    const { view } = session.freshness.store.getState()
    const { counts, phase } = session.board.store.getState()
    const title = phase === 'firstStart' ? texts.product : texts.title(counts.triggered, view.state)
    if (title === shownTitle) return
    page.title = title
    shownTitle = title
    titleTimer = setTimeout(() => {
      titleTimer = undefined
      showTitle()
    }, titleEveryMs)
  }

  function show(): void {
    const { view } = session.freshness.store.getState()
    const { counts } = session.board.store.getState()
    // Freshness never waits.
    if (view.state !== lastState) clearTimeout(titleTimer)
    if (view.state !== lastState || titleTimer === undefined) showTitle()
    const href = icons[view.state === 'live' && counts.triggered > 0 ? 'attention' : view.state]
    if (icon !== null && icon.getAttribute('href') !== href) icon.setAttribute('href', href)
    if (view.state === lastState) return
    lastState = view.state
    session.announcer.say(texts.announce.freshness(view.state), true)
  }

  const stops = [session.freshness.store.subscribe(show), session.board.store.subscribe(show)]
  show()
  return () => {
    clearTimeout(titleTimer)
    for (const stop of stops) stop()
  }
}
