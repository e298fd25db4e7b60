import type Database from 'better-sqlite3'

/**
 * Which incidents carry which contents (by their alerts, and by their own title) and services. It can say too much of what
 * has changed since; what it says is confirmed with the incident itself.
 */
export class CarrierTable {
  readonly #put
  readonly #drop
  readonly #numbers
  readonly #putService
  readonly #dropService
  readonly #services
  readonly #link
  readonly #linked
  readonly #contentIds

  constructor(database: Database.Database) {
    this.#put = database.prepare<[string, number, number]>(
      'insert into carrier (id, number, content_id) values (?, ?, ?) on conflict (id) do update set ' +
        'number = excluded.number, content_id = excluded.content_id ' +
        'where (number, content_id) is not (excluded.number, excluded.content_id)',
    )
    this.#drop = database.prepare<[string]>('delete from carrier where id = ?')
    this.#numbers = database
      .prepare<[number, number], number>('select number from carrier where content_id = ? limit ?')
      .pluck()
    this.#putService = database.prepare<[string, string]>(
      'insert into service (id, name) values (?, ?) on conflict (id) do update set name = excluded.name',
    )
    this.#dropService = database.prepare<[string]>('delete from service where id = ?')
    this.#services = database.prepare<[], { id: string; name: string }>('select id, name from service')
    this.#link = database.prepare<[string, number]>(
      'insert or ignore into incident_service (service_id, number) values (?, ?)',
    )
    this.#linked = database
      .prepare<[string, number], number>('select number from incident_service where service_id = ? limit ?')
      .pluck()
    this.#contentIds = database.prepare<[string, number], { id: string; contentId: number }>(
      'select id, content_id as contentId from carrier where id > ? order by id limit ?',
    )
  }

  /** An alert or an incident (by id) says this content in the incident of this number. */
  put(id: string, number: number, contentId: number): void {
    this.#put.run(id, number, contentId)
  }

  drop(id: string): void {
    this.#drop.run(id)
  }

  /** Incidents that carry this content. */
  numbersWith(contentId: number, limit: number): number[] {
    return this.#numbers.all(contentId, limit)
  }

  putService(id: string, name: string): void {
    this.#putService.run(id, name)
  }

  dropService(id: string): void {
    this.#dropService.run(id)
  }

  services(): { id: string; name: string }[] {
    return this.#services.all()
  }

  link(serviceId: string, number: number): void {
    this.#link.run(serviceId, number)
  }

  /** Incidents that this service is part of. */
  numbersOf(serviceId: string, limit: number): number[] {
    return this.#linked.all(serviceId, limit)
  }

  /** The contents of carriers above `after`, in the order of their ids. */
  contentIds(after: string, limit: number): { id: string; contentId: number }[] {
    return this.#contentIds.all(after, limit)
  }
}
