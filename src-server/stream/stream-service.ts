import type { Command, CommandResult } from '../../src-shared/domain/command.ts'
import type { ResetReason, Welcome } from '../../src-shared/protocol/frames.ts'
import { protocolVersion, streamDefaults } from '../../src-shared/protocol/limits.ts'
import type { TokenIdentity } from '../access/tokens.ts'
import type { Clock } from '../clock.ts'
import type { CommandSeries } from '../incidents/commands.ts'
import type { LogStore } from '../log/log-store.ts'
import type { Hub } from './hub.ts'

/** How long what takes, in milliseconds. */
export interface StreamTimes {
  heartbeatMs: number
  staleMs: number
  deadMs: number
  helloMs: number
  pollHoldMs: number
}

/** What connections and polls of the stream share. */
export interface StreamService {
  store: LogStore
  hub: Hub
  clock: Clock
  times: StreamTimes
  execute(command: Command, identity: TokenIdentity): Promise<CommandResult>
  /** See `Commands`. */
  executeAll(commands: readonly Command[], identity: TokenIdentity): Promise<CommandSeries>
  log: StreamLog
}

export interface StreamLog {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

/** The answer to a hello; `reason` is why a snapshot follows, null when batches do. */
export function welcomeFrame(
  service: StreamService,
  identity: TokenIdentity,
  reason: ResetReason | null,
): Welcome {
  const { store, clock, times } = service
  return {
    type: 'welcome',
    protocol: protocolVersion,
    serverId: store.identity.serverId,
    epoch: store.identity.epoch,
    head: store.head(),
    at: clock.now(),
    operator: { name: identity.name, role: identity.role },
    resumed: reason === null,
    resetReason: reason,
    heartbeatMs: times.heartbeatMs,
    staleMs: times.staleMs,
    deadMs: times.deadMs,
    commandsTogether: streamDefaults.maxCommandsTogether,
  }
}
