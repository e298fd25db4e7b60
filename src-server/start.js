import { setFlagsFromString } from 'node:v8'

// Plain JavaScript on purpose: it must run on any Node, to say in one sentence which one is needed.
const needed = 24
if (Number(process.versions.node.split('.')[0]) < needed) {
  console.error(
    `Watchfloor's server needs Node ${needed} or newer and this is ${process.versions.node}: ` +
      'start it with "npm run server", which brings the right one (after "npm ci").',
  )
  process.exit(1)
}
// The server and its search each have the WebAssembly module that strips TypeScript's types, and share its code. V8 of Node 24 frees
// a call wrapper that one thread replaces by a faster one while another uses it (a SIGSEGV in `NativeModule::FreeCode`, about once in a
// thousand threads): with this budget of calls none is replaced. Built programs read no TypeScript.
setFlagsFromString('--wasm-wrapper-tiering-budget=1000000000')
await import('./main.ts')
