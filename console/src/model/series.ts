/** Several values over time, the last so many seconds of them. */
export class Series<K extends string> {
  readonly names: readonly K[]
  readonly seconds: number
  private times: number[] = []
  private values: Record<K, (number | null)[]>

  constructor(names: readonly K[], seconds: number) {
    this.names = names
    this.seconds = seconds
    this.values = Object.fromEntries(names.map((name) => [name, [] as (number | null)[]])) as unknown as Record<
      K,
      (number | null)[]
    >
  }

  /** Adds values at a time in seconds; what is older than the window goes. */
  add(time: number, values: Record<K, number | null>) {
    const newest = this.times.at(-1)
    if (newest !== undefined && time <= newest) return
    this.times.push(time)
    for (const name of this.names) this.values[name].push(values[name])
    let old = 0
    while ((this.times[old] ?? time) < time - this.seconds) old++
    if (old > 0) {
      this.times = this.times.slice(old)
      for (const name of this.names) this.values[name] = this.values[name].slice(old)
    }
  }

  get length() {
    return this.times.length
  }

  time(index: number) {
    return this.times[index]
  }

  at(name: K, index: number): number | null {
    return this.values[name].at(index) ?? null
  }

  last(name: K): number | null {
    return this.at(name, -1)
  }

  column(name: K): (number | null)[] {
    return this.values[name]
  }

  columns(...names: K[]): [number[], ...(number | null)[][]] {
    return [this.times, ...names.map((name) => this.values[name])]
  }
}
