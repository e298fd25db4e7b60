import * as z from 'zod'
import { failure, success, type Result } from '../../src-shared/domain/result.ts'
import { demoStormSchema, type DemoStorm } from '../../src-shared/protocol/demo.ts'
import { problemSchema } from '../../src-shared/protocol/problem.ts'
import { postJson } from './connection/http-post.ts'
import { createRoute } from './connection/route.ts'
import type { Clock, LocalServerAddress } from './ports.ts'

/** It is on this machine: what takes longer does not come. */
const answerWithinMs = 5_000
const refusalSchema = z.object({ error: problemSchema })

/** Asks the bundled demo for its storm; fails with the server's own words (`busy`), or with `failed`. */
export async function requestStorm(
  clock: Clock,
  { url, token }: LocalServerAddress,
): Promise<Result<DemoStorm>> {
  const over = new AbortController()
  const cancel = clock.setTimer(answerWithinMs, () => over.abort())
  try {
    const { signal } = over
    const route = createRoute({ url, proxyUrl: null, secureContext: null, isTunnel: false, signal })
    const { status, text } = await postJson(new URL('/v1/demo/storm', url), {}, { token, route, signal })
    if (status === 202) return success(demoStormSchema.parse(JSON.parse(text)))
    const { code, message } = refusalSchema.parse(JSON.parse(text)).error
    return failure(code, message)
  } catch {
    return failure('failed', 'the demo does not answer at the moment')
  } finally {
    cancel()
    over.abort()
  }
}
