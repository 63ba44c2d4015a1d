import { expect, test } from 'vitest'
import { amount, bytes, count, heading, millis, rate, seconds } from './format'

test('numbers have separators, and decimals as far as they matter', () => {
  expect(count(1_234_567)).toBe('1,234,567')
  expect(amount(1_234.567)).toBe('1,234.57')
  expect(amount(12_345_678.9)).toBe('12,345,679')
  expect(amount(0.123_4)).toBe('0.123')
  expect(rate(null)).toBe('–')
  expect(rate(12.34)).toBe('12.3')
  expect(rate(1_234.5)).toBe('1,235')
})

test('times have a fitting unit', () => {
  expect(millis(0.4212)).toBe('0.42 ms')
  expect(millis(3.14)).toBe('3.1 ms')
  expect(millis(1_234)).toBe('1.2 s')
  expect(seconds(0.34)).toBe('0.3 s')
  expect(seconds(200)).toBe('3 min 20 s')
  expect(seconds(7_500)).toBe('2 h 5 min')
  expect(seconds(90_000)).toBe('1 d 1 h')
})

test('bytes have a fitting unit', () => {
  expect(bytes(999)).toBe('999 B')
  expect(bytes(16_777_216)).toBe('17 MB')
  expect(bytes(1_250_000_000)).toBe('1.3 GB')
  expect(bytes(2_000_000_000_000_000_000)).toBe('2,000 PB')
})

test('names become headings', () => {
  expect(heading('revenue_by_country')).toBe('Revenue by country')
  expect(heading('unitPrice')).toBe('Unit price')
})
