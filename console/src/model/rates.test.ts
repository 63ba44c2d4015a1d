import { expect, test } from 'vitest'
import { Growth, Rate } from './rates'

test('a rate needs two looks, and is over the last few', () => {
  const rate = new Rate(3)
  expect(rate.look(0, 0)).toBeNull()
  expect(rate.look(100, 1_000)).toBe(100)
  expect(rate.look(300, 2_000)).toBe(150)
  expect(rate.look(300, 3_000)).toBe(100)
})

test('a rate begins again when the count does', () => {
  const rate = new Rate()
  rate.look(1_000, 0)
  rate.look(2_000, 1_000)
  expect(rate.look(5, 2_000)).toBeNull()
  expect(rate.look(15, 3_000)).toBe(10)
})

test('two looks at one time are no rate', () => {
  const rate = new Rate()
  rate.look(1, 500)
  expect(rate.look(9, 500)).toBeNull()
})

test('growth goes on when one of the counts begins again', () => {
  const growth = new Growth()
  expect(
    growth.total([
      ['a', 10],
      ['b', 5],
    ]),
  ).toBe(0)
  expect(
    growth.total([
      ['a', 13],
      ['b', 5],
    ]),
  ).toBe(3)
  expect(
    growth.total([
      ['a', 2],
      ['b', 6],
    ]),
  ).toBe(6)
})
