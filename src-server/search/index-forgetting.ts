import type Database from 'better-sqlite3'
import type { BlockHead } from './block-table.ts'
import type { IndexedLog, Indexer } from './indexer.ts'

/** A few milliseconds of work each. */
const stepBlocks = 16
const stepContents = 1_000

type Work =
  | { kind: 'blocks'; floor: number; after: number }
  | { kind: 'mark'; before: number }
  | { kind: 'markCarriers'; after: string }
  | { kind: 'sweep'; after: number }

/**
 * Drops from the index what the log has forgotten: events below its floor, but for timelines that go on, and then the
 * contents that nothing has any more. In small steps.
 */
export class IndexForgetting {
  readonly #database: Database.Database
  readonly #indexer: Indexer
  readonly #kept
  #work: Work | null = null
  #floor = 0
  #hasDropped = false

  constructor(database: Database.Database, indexer: Indexer, log: IndexedLog) {
    this.#database = database
    this.#indexer = indexer
    this.#kept = log.database
      .prepare<[number, number], number>('select seq from event where seq between ? and ?')
      .pluck()
  }

  /** One step. Returns whether there is more to do now. Throws when it cannot be kept. */
  step(): boolean {
    const work = this.#work ?? this.#begin()
    if (!work) return false
    this.#work = this.#database.transaction(() => this.#do(work)).immediate()
    return this.#work !== null
  }

  #begin(): Work | null {
    const floor = this.#indexer.floor()
    if (floor <= this.#floor) return null
    this.#floor = floor
    return { kind: 'blocks', floor, after: -1 }
  }

  #do(work: Work): Work | null {
    const { blocks, carriers, contents } = this.#indexer
    switch (work.kind) {
      case 'blocks': {
        const heads = blocks.headsBetween(work.after, work.floor, stepBlocks)
        for (const head of heads) this.#dropForgotten(head)
        const last = heads.at(-1)
        if (last) return { ...work, after: last.firstSeq }
        if (!this.#hasDropped) return null
        this.#hasDropped = false
        contents.beginSweep()
        return { kind: 'mark', before: Number.MAX_SAFE_INTEGER }
      }
      case 'mark': {
        const heads = blocks.headsBefore(work.before).slice(0, stepBlocks)
        for (const head of heads) for (const id of blocks.kinds(head).contentIds) contents.markUsed(id)
        const last = heads.at(-1)
        return last ? { kind: 'mark', before: last.firstSeq } : { kind: 'markCarriers', after: '' }
      }
      case 'markCarriers': {
        const some = carriers.contentIds(work.after, stepContents)
        for (const { contentId } of some) contents.markUsed(contentId)
        const last = some.at(-1)
        return last ? { kind: 'markCarriers', after: last.id } : { kind: 'sweep', after: 0 }
      }
      case 'sweep': {
        const after = contents.sweep(work.after, stepContents)
        return after === null ? null : { kind: 'sweep', after }
      }
    }
  }

  #dropForgotten(head: BlockHead): void {
    const { blocks } = this.#indexer
    const kept = new Set(this.#kept.all(head.firstSeq, head.lastSeq))
    if (kept.size >= head.events) return
    blocks.replace(
      head,
      blocks.events(head).filter(({ seq }) => kept.has(seq)),
    )
    this.#hasDropped = true
  }
}
