import { expect, test } from 'vitest'
import type { RecordedEvent } from '../api/types'
import { EventList } from './eventList'

const event = (position: number, type = position % 2 ? 'odd' : 'even'): RecordedEvent => ({
  position,
  id: `a/${position}`,
  type,
  schemaVersion: 1,
  time: '2026-11-23T08:00:00Z',
  tenant: 'default',
  tags: [`n:${position}`],
  data: { half: position / 2 },
  metadata: {},
})
const events = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => event(from + index))
const shown = (list: EventList) => Array.from({ length: list.length }, (_, row) => list.at(row)?.position)
const always = () => false

test('the newest come first and push out the oldest', () => {
  const list = new EventList(4)
  list.append(events(1, 3))
  expect(shown(list)).toEqual([3, 2, 1])
  list.append(events(4, 6))
  expect(shown(list)).toEqual([6, 5, 4, 3])
})

test('older ones are taken as long as there is room', () => {
  const list = new EventList(5)
  list.append(events(10, 12))
  expect(list.prepend([event(9), event(8), event(7)])).toBe(2)
  expect(shown(list)).toEqual([12, 11, 10, 9, 8])
})

test('held, it stays as it was, and counts what comes', () => {
  const list = new EventList(5)
  list.append(events(1, 3))
  list.hold()
  list.append(events(4, 5))
  expect(shown(list)).toEqual([3, 2, 1])
  expect(list.behind).toBe(2)
  list.append(events(6, 7))
  expect(shown(list)).toEqual([3])
  list.append(events(8, 20))
  expect(shown(list)).toEqual([])
  list.release()
  expect(shown(list)).toEqual([20, 19, 18, 17, 16])
})

test('a text is found in type, tags and data, also in what comes later and what was earlier', () => {
  const list = new EventList(6)
  list.append(events(11, 14))
  list.find('ODD')
  expect(list.scan(always)).toBe(true)
  expect(shown(list)).toEqual([13, 11])
  list.append([event(15)])
  list.scan(always)
  list.prepend([event(10), event(9)])
  expect(shown(list)).toEqual([15, 13, 11])
  list.hold()
  list.append(events(16, 19))
  list.scan(always)
  expect(shown(list)).toEqual([15])
  list.release()
  expect(shown(list)).toEqual([19, 17, 15])
  expect(list.rowOf(list.numberAt(1) ?? -1)).toBe(1)
  list.find('"half":8')
  list.scan(always)
  expect(shown(list)).toEqual([17, 16])
  list.find('')
  expect(list.length).toBe(6)
})

test('looking stops when the time is over, and goes on', () => {
  const list = new EventList(5_000)
  list.append(events(1, 3_000))
  list.find('odd')
  expect(list.scan(() => true)).toBe(false)
  expect(list.length).toBe(250)
  expect(list.scan(always)).toBe(true)
  expect(list.length).toBe(1_500)
})
