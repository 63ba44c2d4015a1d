import type { RecordedEvent } from '../api/types'
import { EventLog } from './eventLog'

/** What a text is looked for in: type, tags and data, not the names of the platform's own fields. */
export const searchText = (event: RecordedEvent) =>
  `${event.position} ${event.type} ${event.tags.join(' ')} ${event.data === undefined ? '' : JSON.stringify(event.data)}`.toLowerCase()

const SLICE = 500

/**
 * The events that a tail shows, the newest first. Held, it shows what there was, while new events
 * come in behind it. With a text it shows the events that contain it, found in slices so that the
 * page stays fluid.
 */
export class EventList {
  readonly log: EventLog<RecordedEvent>
  private text = ''
  /** Numbers of the events with the text, ascending; those before `matchesFrom` have been pushed out. */
  private matches: number[] = []
  private matchesFrom = 0
  private scanned = 0
  private heldAt: number | null = null

  constructor(capacity: number) {
    this.log = new EventLog(capacity)
  }

  /** Adds new events, the oldest first. */
  append(events: readonly RecordedEvent[]) {
    for (const event of events) this.log.append(event)
    if (this.scanned < this.log.first) this.scanned = this.log.first
  }

  /** Adds events before the oldest, the newest of them first; answers how many had room. */
  prepend(events: readonly RecordedEvent[]): number {
    let taken = 0
    const found: number[] = []
    for (const event of events) {
      if (!this.log.prepend(event)) break
      taken++
      if (this.text && searchText(event).includes(this.text)) found.push(this.log.first)
    }
    if (found.length > 0) {
      this.matches = [...found.reverse(), ...this.matches.slice(this.matchesFrom)]
      this.matchesFrom = 0
    }
    return taken
  }

  find(text: string) {
    const wanted = text.trim().toLowerCase()
    if (wanted === this.text) return
    this.text = wanted
    this.matches = []
    this.matchesFrom = 0
    this.scanned = this.log.first
  }

  get isFiltered() {
    return this.text !== ''
  }

  /** Goes on looking for the text until a time; answers whether all has been looked at. */
  scan(isOver: () => boolean): boolean {
    if (!this.text) {
      this.scanned = this.log.next
      return true
    }
    while (this.scanned < this.log.next) {
      const end = Math.min(this.scanned + SLICE, this.log.next)
      for (; this.scanned < end; this.scanned++) {
        const event = this.log.get(this.scanned)
        if (event && searchText(event).includes(this.text)) this.matches.push(this.scanned)
      }
      if (isOver()) break
    }
    while ((this.matches[this.matchesFrom] ?? this.log.next) < this.log.first) this.matchesFrom++
    return this.scanned >= this.log.next
  }

  hold() {
    this.heldAt ??= this.log.next
  }

  release() {
    this.heldAt = null
  }

  get isHeld() {
    return this.heldAt !== null
  }

  /** How many have come in since it was held. */
  get behind(): number {
    return this.heldAt === null ? 0 : this.log.next - this.heldAt
  }

  private get end(): number {
    return Math.max(this.heldAt ?? this.log.next, this.log.first)
  }

  /** One above the newest match that is shown. */
  private get matchesEnd(): number {
    if (this.heldAt === null) return this.matches.length
    let low = this.matchesFrom
    let high = this.matches.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.matches[middle] ?? 0) < this.end) low = middle + 1
      else high = middle
    }
    return low
  }

  get length(): number {
    return this.text ? this.matchesEnd - this.matchesFrom : this.end - this.log.first
  }

  /** The number of the event in a row; row 0 is the newest. */
  numberAt(row: number): number | undefined {
    if (row < 0 || row >= this.length) return undefined
    return this.text ? this.matches[this.matchesEnd - 1 - row] : this.end - 1 - row
  }

  /** The row of an event; -1 when it is not shown. */
  rowOf(number: number): number {
    if (!this.text) {
      return number >= this.log.first && number < this.end ? this.end - 1 - number : -1
    }
    const index = this.matches.lastIndexOf(number)
    return index < this.matchesFrom || index >= this.matchesEnd ? -1 : this.matchesEnd - 1 - index
  }

  at(row: number): RecordedEvent | undefined {
    const number = this.numberAt(row)
    return number === undefined ? undefined : this.log.get(number)
  }
}
