// Plain JavaScript on purpose: it must run on any Node, to say in one sentence which one is needed.
const needed = 24
if (Number(process.versions.node.split('.')[0]) < needed) {
  console.error(
    `Watchfloor's tests need Node ${needed} or newer and this is ${process.versions.node}: ` +
      'start them with "npm test", which brings the right one (after "npm ci").',
  )
  process.exit(1)
}
await import('./run.ts')
