import type { DeadLetter } from '../api/types'
import { plural } from './format'

/** What was asked to be tried again, as it stood then. */
export type Asked = readonly Pick<DeadLetter, 'id' | 'position' | 'attempts' | 'lastFailed'>[]

/** How far a redrive of several keys is. */
export interface RedriveProgress {
  asked: number
  level: number
  /** There, or at a later event. */
  blockedAgain: number
  /** Not tried yet, or being tried. */
  left: number
}

export function redriveProgress(asked: Asked, now: readonly DeadLetter[]): RedriveProgress {
  const there = new Map(now.map((letter) => [letter.id, letter]))
  let level = 0
  let blockedAgain = 0
  for (const before of asked) {
    const letter = there.get(before.id)
    if (!letter) level++
    else if (
      !letter.redriving &&
      (letter.position !== before.position ||
        letter.attempts !== before.attempts ||
        letter.lastFailed !== before.lastFailed)
    )
      blockedAgain++
  }
  return { asked: asked.length, level, blockedAgain, left: asked.length - level - blockedAgain }
}

export function sayProgress({ asked, level, blockedAgain, left }: RedriveProgress): string {
  const parts = [`${level} level`, blockedAgain && `${blockedAgain} blocked again`, left && `${left} to go`]
  return `${plural(asked, 'key')} tried again: ${parts.filter(Boolean).join(', ')}`
}
