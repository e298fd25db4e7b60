import * as z from 'zod'
import { commandResultSchema, commandSchema } from '../domain/command.ts'
import { idSchema } from '../domain/ids.ts'
import { channelsSchema } from './channels.ts'
import { commandsSchema, cursorSchema, serverFrameSchema } from './frames.ts'
import { streamDefaults } from './limits.ts'

/** The body of `POST /v1/poll`: the same read as a WebSocket's, with all of its state in the request. */
export const pollRequestSchema = z.object({
  protocol: z.int(),
  clientId: idSchema,
  cursor: cursorSchema.nullish(),
  channels: channelsSchema,
  /** The set that the cursor is valid for, when `channels` is a new one; until an answer has `subscribed`. */
  oldChannels: channelsSchema.optional(),
  /** At most so long is the answer held when there is nothing to say. */
  holdMs: z.int().min(0).max(streamDefaults.pollHoldMs).default(streamDefaults.pollHoldMs),
  /** True: answer at once, with `welcome` first. */
  hello: z.boolean().default(false),
})
export type PollRequest = z.infer<typeof pollRequestSchema>

export const pollAnswerSchema = z.object({
  frames: z.array(serverFrameSchema),
  /** Poll with it next; the cursor after the frames. */
  cursor: cursorSchema,
})
export type PollAnswer = z.infer<typeof pollAnswerSchema>

/** `POST /v1/commands` and its answer. */
export const commandRequestSchema = z.object({ command: commandSchema })
export const commandAnswerSchema = z.object({ result: commandResultSchema })

/** The same with many at once; a result for each, in their order. */
export const commandsRequestSchema = z.object({ commands: commandsSchema })
export const commandsAnswerSchema = z.object({ results: z.array(commandResultSchema) })
