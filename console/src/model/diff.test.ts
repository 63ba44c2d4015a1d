import { expect, test } from 'vitest'
import { ExactNumber } from '../api/types'
import { diff, equal } from './diff'

test('members are added, removed and changed by path', () => {
  expect(diff({ a: 1, b: { c: 'x', 'd e': true } }, { b: { c: 'y' }, f: null })).toEqual([
    { path: 'a', kind: 'removed', before: 1 },
    { path: 'b.c', kind: 'changed', before: 'x', after: 'y' },
    { path: 'b["d e"]', kind: 'removed', before: true },
    { path: 'f', kind: 'added', after: null },
  ])
})

test('an element that is added in front or taken out of the middle is one change', () => {
  expect(diff([2, 3], [1, 2, 3])).toEqual([{ path: '[0]', kind: 'added', after: 1 }])
  expect(diff([1, 2, 3], [1, 3])).toEqual([{ path: '[1]', kind: 'removed', before: 2 }])
  expect(diff([{ n: 1 }, { n: 2 }], [{ n: 1 }, { n: 3 }])).toEqual([
    { path: '[1].n', kind: 'changed', before: 2, after: 3 },
  ])
})

test('equal values have no changes, and a whole value may change', () => {
  expect(diff({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([])
  expect(diff(undefined, 0)).toEqual([{ path: '', kind: 'added', after: 0 }])
  expect(diff(1, [1])).toEqual([{ path: '', kind: 'changed', before: 1, after: [1] }])
  expect(equal(new ExactNumber('1e40'), new ExactNumber('1e40'))).toBe(true)
})

test('changes are bounded', () => {
  const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`k${index}`, index]))
  expect(diff({}, many)).toHaveLength(500)
})
