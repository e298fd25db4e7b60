/** A TCP proxy in a process of its own, `node proxy-program.ts PORT`: the line `down` cuts and refuses, `up` lets through. */
import { startFaultProxy } from '../support/fault-proxy.ts'
import { answerLines } from './child-program.ts'

const proxy = await startFaultProxy(Number(process.argv[2]))
answerLines({ port: proxy.port }, (line) => {
  if (line === 'up') return proxy.heal()
  proxy.isDown = true
  proxy.resetAll()
  return null
})
