/**
 * The baseline of the ingest benchmark: a bare node:http server that does the least a durable server must:
 * read the body, parse it, insert it, commit a group with one fsync, answer 202.
 */
import { createServer, type ServerResponse } from 'node:http'
import Database from 'better-sqlite3'
import { answerLines } from './child-program.ts'

const [path = ':memory:'] = process.argv.slice(2)
const database = new Database(path)
database.pragma('journal_mode = WAL')
database.pragma('synchronous = FULL')
database.exec('create table event (id integer primary key, body text not null)')
const insert = database.prepare('insert into event (body) values (?)')
const begin = database.prepare('begin immediate')
const commit = database.prepare('commit')

const waiting: { body: string; response: ServerResponse }[] = []
let isScheduled = false

function flush(): void {
  isScheduled = false
  const group = waiting.splice(0, 512)
  begin.run()
  for (const { body } of group) insert.run(body)
  commit.run()
  for (const { response } of group) {
    response.writeHead(202, { 'content-type': 'application/json' })
    response.end('{"accepted":1}')
  }
  if (waiting.length > 0) schedule()
}

function schedule(): void {
  if (isScheduled) return
  isScheduled = true
  setImmediate(flush)
}

const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const body = Buffer.concat(parts).toString()
    JSON.parse(body)
    waiting.push({ body, response })
    schedule()
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  answerLines({ url: `http://127.0.0.1:${port}` }, () => null)
})
