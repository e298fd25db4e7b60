// Plain JavaScript on purpose: it must run on any Node, to say in one sentence which one is needed.
const needed = 24
if (Number(process.versions.node.split('.')[0]) < needed) {
  console.error(
    `Watchfloor needs Node ${needed} or newer and this is ${process.versions.node}: ` +
      'start it with "npm start", which brings the right one (after "npm ci").',
  )
  process.exit(1)
}
await import('./launch.ts')
