import { expect, test } from 'vitest'
import type { Rows } from '../api/types'
import { columnFormat, labelColumn, mainMeasure, numericColumns, totalsScore } from './table'

const countries: Rows = {
  readModel: 'revenue',
  table: 'by_country',
  columns: ['country', 'orders', 'gross'],
  rows: [
    { country: 'EIRE', orders: 2, gross: 30.5 },
    { country: 'Japan', orders: 1, gross: null },
  ],
}

test('columns are told apart by their values', () => {
  expect(numericColumns(countries.columns, countries.rows)).toEqual(['orders', 'gross'])
  expect(labelColumn(countries.columns, ['orders', 'gross'])).toBe('country')
  expect(mainMeasure(countries.rows, ['orders', 'gross'])).toBe('gross')
})

test('few rows of a label and figures look like totals, lists do not', () => {
  const customers: Rows = {
    ...countries,
    columns: ['number', 'orders', 'country', 'tier'],
    next: 'row:50',
    rows: [{ number: '1', orders: 1, country: 'EIRE', tier: 'GOLD' }],
  }
  const days: Rows = { ...countries, rows: [{ country: '2026-11-23', orders: 1, gross: 1 }] }
  expect(totalsScore(countries)).toBeGreaterThan(totalsScore(days))
  expect(totalsScore(days)).toBeGreaterThan(totalsScore(customers))
  expect(totalsScore({ ...countries, rows: [] })).toBe(0)
})

test('the numbers of a column have the same decimals', () => {
  const format = columnFormat([{ a: 1 }, { a: 2.5 }, { a: 1_234.56 }], 'a')
  expect([1, 2.5, 1_234.56].map(format)).toEqual(['1.00', '2.50', '1,234.56'])
  expect(columnFormat([{ a: 3 }], 'a')(1_000)).toBe('1,000')
})
