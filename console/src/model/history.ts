import type { HistoryStep, Json, States } from '../api/types'
import { type Change, diff } from './diff'

/** The states of views along the events of an entity: an event has those that it changed, the others stay. */
export class StateHistory {
  readonly steps: HistoryStep[] = []
  private readonly after: States[] = []
  private readonly before: States

  constructor(before: States) {
    this.before = before
  }

  add(steps: readonly HistoryStep[]) {
    for (const step of steps) {
      this.after.push({ ...(this.after.at(-1) ?? this.before), ...step.states })
      this.steps.push(step)
    }
  }

  stateAfter(index: number): States {
    return this.after[index] ?? this.before
  }

  stateBefore(index: number): States {
    return index > 0 ? (this.after[index - 1] ?? this.before) : this.before
  }

  /** Names of the views that have a state after an event. */
  views(index: number): string[] {
    return Object.keys(this.stateAfter(index))
  }

  changes(index: number, view: string): Change[] {
    const before: Json | undefined = this.stateBefore(index)[view]
    return diff(before, this.stateAfter(index)[view])
  }

  /** The last step at or before a position; the first one when there is none. */
  indexAt(position: number): number {
    let low = 0
    let high = this.steps.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.steps[middle]?.event.position ?? 0) <= position) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }
}
