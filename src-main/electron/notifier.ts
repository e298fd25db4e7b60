import { Notification as NativeNotification } from 'electron'
import type { Severity } from '../../src-shared/domain/severity.ts'
import { Listeners } from '../core/listeners.ts'
import type { Clock, IncidentRef, Notification, Notifier, NotifyOutcome } from '../core/ports.ts'

/** A system that has not said anything by then does not show it, in ms. */
const confirmMs = 3_000

const urgencies = {
  critical: 'critical',
  error: 'normal',
  warning: 'normal',
  info: 'low',
} as const satisfies Record<Severity, string>

/** Shows notifications of the operating system; one with a key that is on screen takes the old one's place. */
export class NativeNotifier implements Notifier {
  readonly #clock: Clock
  readonly #icon: string
  readonly #clicks = new Listeners<IncidentRef>()
  /** Held while they are on screen: a collected one would no longer hear its click. */
  readonly #onScreen = new Map<string, NativeNotification>()

  constructor(options: { clock: Clock; icon: string }) {
    this.#clock = options.clock
    this.#icon = options.icon
  }

  show(notification: Notification): Promise<NotifyOutcome> {
    if (!NativeNotification.isSupported()) {
      return Promise.resolve({ shown: false, reason: 'this system has no notifications' })
    }
    const { key, title, body, severity, target, isUpdate } = notification
    this.#onScreen.get(key)?.close()
    const native = new NativeNotification({
      title,
      body,
      icon: this.#icon,
      urgency: urgencies[severity],
      timeoutType: severity === 'critical' ? 'never' : 'default',
      silent: isUpdate,
    })
    this.#onScreen.set(key, native)
    native.on('click', () => this.#clicks.tell(target))
    native.on('close', () => {
      if (this.#onScreen.get(key) === native) this.#onScreen.delete(key)
    })
    return this.#confirmed(native)
  }

  onClick(listener: (target: IncidentRef) => void): () => void {
    return this.#clicks.add(listener)
  }

  #confirmed(native: NativeNotification): Promise<NotifyOutcome> {
    return new Promise((resolve) => {
      const cancel = this.#clock.setTimer(confirmMs, () =>
        resolve({ shown: false, reason: 'the system did not show it' }),
      )
      native.once('show', () => {
        cancel()
        resolve({ shown: true })
      })
      native.once('failed', (_event, error) => {
        cancel()
        resolve({ shown: false, reason: `the system refused it: ${error}` })
      })
      native.show()
    })
  }
}
