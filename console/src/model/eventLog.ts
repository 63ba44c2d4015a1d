/**
 * The last so many entries, numbered in the order of the log. New ones push out the oldest; older
 * ones are taken in front as long as there is room.
 */
export class EventLog<T> {
  readonly capacity: number
  private readonly ring: (T | undefined)[]
  /** Number of the oldest entry that is kept. */
  first = 0
  /** One above the newest. */
  next = 0

  constructor(capacity: number) {
    this.capacity = capacity
    this.ring = new Array<T | undefined>(capacity)
  }

  get size() {
    return this.next - this.first
  }

  private slot(number: number) {
    const slot = number % this.capacity
    return slot < 0 ? slot + this.capacity : slot
  }

  get(number: number): T | undefined {
    return number >= this.first && number < this.next ? this.ring[this.slot(number)] : undefined
  }

  append(entry: T) {
    this.ring[this.slot(this.next++)] = entry
    if (this.size > this.capacity) this.first++
  }

  /** Puts an entry before the oldest; false when there is no room. */
  prepend(entry: T): boolean {
    if (this.size >= this.capacity) return false
    this.ring[this.slot(--this.first)] = entry
    return true
  }
}
