import type { CommandBody } from '../../../src-shared/domain/command.ts'
import type { HostLine } from './host-lines.ts'

/** What the outside world was told by the console, over all its lives: the other side of every check. */
export class Ledger {
  /** Actions that the core took into its outbox, by command id. */
  readonly accepted = new Map<string, CommandBody>()
  /** Texts of all notes that were tried: taken or not, none may be there twice. */
  readonly triedNotes = new Set<string>()
  readonly shownKeys = new Set<string>()
  readonly warnings: string[] = []
  refused = 0
  settled = 0
  liveTold = 0

  hear(line: HostLine): void {
    if (line.kind === 'trying' && line.body.kind === 'note') this.triedNotes.add(line.body.text)
    if (line.kind === 'accepted') this.accepted.set(line.commandId, line.body)
    if (line.kind === 'refused') this.refused += 1
    if (line.kind === 'settled') this.settled += 1
    if (line.kind === 'shown') this.shownKeys.add(line.key)
    if (line.kind === 'freshness' && line.state === 'live') this.liveTold += 1
    if (line.kind === 'log' && line.level !== 'debug') this.warnings.push(`${line.level}: ${line.message}`)
  }
}
