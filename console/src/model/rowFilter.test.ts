import { expect, test } from 'vitest'
import { formatFilter, nextSort, parseFilter, sayFilter } from './rowFilter'

test.each(['gross>=100', 'country=Eire', 'name^=a=b', 'n!=1', 'n<2'])('%s is read and written', (term) => {
  const filter = parseFilter(term)
  expect(filter && formatFilter(filter)).toBe(term)
})

test('filters are said in words', () => {
  expect(sayFilter('gross>=100')).toBe('gross at least 100')
  expect(sayFilter('nonsense')).toBe('nonsense')
})

test('a column is sorted down, up, and not', () => {
  expect(nextSort(undefined, 'a')).toBe('-a')
  expect(nextSort('-a', 'a')).toBe('a')
  expect(nextSort('a', 'a')).toBeUndefined()
  expect(nextSort('b', 'a')).toBe('-a')
})
