import { expect, test } from 'vitest'
import type { HistoryStep, States } from '../api/types'
import { StateHistory } from './history'

const step = (position: number, states: States) => ({ event: { position }, states }) as unknown as HistoryStep

test('states go on until an event changes them', () => {
  const history = new StateHistory({ stock: { left: 0 }, open: [] })
  history.add([step(4, { stock: { left: 5 } }), step(9, { open: ['x'] })])
  history.add([step(12, { stock: { left: 3 } })])

  expect(history.stateAfter(1)).toEqual({ stock: { left: 5 }, open: ['x'] })
  expect(history.changes(0, 'stock')).toEqual([{ path: 'left', kind: 'changed', before: 0, after: 5 }])
  expect(history.changes(1, 'stock')).toEqual([])
  expect(history.changes(1, 'open')).toEqual([{ path: '[0]', kind: 'added', after: 'x' }])
  expect(history.views(2)).toEqual(['stock', 'open'])
})

test('a position leads to the step that it was at', () => {
  const history = new StateHistory({})
  history.add([step(4, {}), step(9, {})])
  expect([1, 4, 8, 9, 99].map((position) => history.indexAt(position))).toEqual([0, 0, 0, 1, 1])
})
