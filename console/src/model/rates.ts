/**
 * The rate of a count that grows, over the last few looks at it: one look alone would show how the
 * looks fall, not how the count grows.
 */
export class Rate {
  private readonly looks: { count: number; millis: number }[] = []
  private readonly window: number

  constructor(window = 4) {
    this.window = window
  }

  /** Counts a second; null until there are two looks, and after the count has begun again. */
  look(count: number, millis: number): number | null {
    const newest = this.looks.at(-1)
    if (newest && (count < newest.count || millis < newest.millis)) this.looks.length = 0
    if (!newest || millis > newest.millis || this.looks.length === 0) this.looks.push({ count, millis })
    if (this.looks.length > this.window) this.looks.shift()
    const first = this.looks[0]
    const last = this.looks.at(-1)
    if (!first || !last || last.millis <= first.millis) return null
    return ((last.count - first.count) * 1_000) / (last.millis - first.millis)
  }
}

/** Adds up what several counts have grown by; one that begins again, as after a reset, goes on from there. */
export class Growth {
  private readonly last = new Map<string, number>()
  private sum = 0

  total(counts: Iterable<readonly [string, number]>): number {
    for (const [name, count] of counts) {
      const before = this.last.get(name)
      if (before !== undefined) this.sum += count >= before ? count - before : count
      this.last.set(name, count)
    }
    return this.sum
  }
}
