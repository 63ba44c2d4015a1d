import { expect, test } from 'vitest'
import { exactly, parseJson } from './json'
import { ExactNumber } from './types'

test('numbers are numbers', () => {
  expect(parseJson('{"a":[1,2.50,-3e2,12.500000000000000000]}')).toEqual({ a: [1, 2.5, -300, 12.5] })
})

test('a number that a double would round stays as it is written', () => {
  const source = '12345678901234567.89'
  expect(exactly(Number(source), source)).toEqual(new ExactNumber(source))
  expect(exactly(12.5, '12.500000000000000000')).toBe(12.5)
  expect(exactly(0.000_000_000_001, '0.000000000001')).toBe(0.000_000_000_001)
})
