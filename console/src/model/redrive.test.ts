import { expect, test } from 'vitest'
import type { DeadLetter } from '../api/types'
import { redriveProgress, sayProgress } from './redrive'

const letter = (id: string, changed: Partial<DeadLetter> = {}): DeadLetter => ({
  id,
  key: `order:${id}`,
  position: 7,
  eventId: 'e',
  type: 'placed',
  cause: { exception: 'X', message: 'm', fingerprint: 'f' },
  attempts: 3,
  firstFailed: '2026-11-23T10:00:00Z',
  lastFailed: '2026-11-23T10:00:00Z',
  edited: false,
  redriving: false,
  ...changed,
})

test('a key that is gone is level, one that changed is blocked again, the others are to come', () => {
  const asked = ['a', 'b', 'c', 'd', 'e'].map((id) => letter(id))
  const now = [
    letter('b'),
    letter('c', { attempts: 4 }),
    letter('d', { redriving: true }),
    letter('e', { position: 9 }),
  ]
  const progress = redriveProgress(asked, now)
  expect(progress).toEqual({ asked: 5, level: 1, blockedAgain: 2, left: 2 })
  expect(sayProgress(progress)).toBe('5 keys tried again: 1 level, 2 blocked again, 2 to go')
  expect(sayProgress(redriveProgress(asked.slice(0, 1), []))).toBe('1 key tried again: 1 level')
})
