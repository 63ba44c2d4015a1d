import { expect, test } from 'vitest'
import { Series } from './series'

test('keeps what is within the window', () => {
  const series = new Series(['a'], 10)
  for (let time = 0; time <= 25; time += 5) series.add(time, { a: time })
  expect(series.columns('a')).toEqual([
    [15, 20, 25],
    [15, 20, 25],
  ])
  expect(series.last('a')).toBe(25)
  expect(series.at('a', 0)).toBe(15)
})

test('time does not go back', () => {
  const series = new Series(['a'], 10)
  series.add(5, { a: 1 })
  series.add(5, { a: 2 })
  series.add(4, { a: 3 })
  expect(series.length).toBe(1)
})
