import * as z from 'zod'

/** `GET /v1/demo`: where the demo is. Times of the story are its own, in milliseconds: divided by `speed` they are real. */
export const demoStatusSchema = z.object({
  speed: z.number().min(1),
  story: z.object({
    /** The release that goes bad in this telling. */
    release: z.string(),
    atMs: z.number().min(0),
    /** Everything is over by then. */
    endMs: z.number(),
    /** The next telling begins then. */
    loopMs: z.number(),
  }),
  /** True while a storm that was asked for goes on. */
  isStorming: z.boolean(),
})
export type DemoStatus = z.infer<typeof demoStatusSchema>

/** What `POST /v1/demo/storm` has begun: so many events, and all is well again after so many milliseconds. */
export const demoStormSchema = z.object({ events: z.int().min(1), forMs: z.int().min(1) })
export type DemoStorm = z.infer<typeof demoStormSchema>
