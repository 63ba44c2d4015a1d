import { ExactNumber, type Json } from './types'

// A double holds every number of 15 significant digits.
const SAFE_DIGITS = 15

const digitsOf = (source: string) =>
  source
    .replace(/[eE].*$/, '')
    .replace(/^-/, '')
    .replace(/^(\d*\.\d*?)0+$/, '$1')
    .replace('.', '')
    .replace(/^0+/, '').length

/** A number, or as it is written when a double would round it. */
export const exactly = (value: number, source: string): Json =>
  digitsOf(source) > SAFE_DIGITS ? new ExactNumber(source) : value

/** Parses JSON without loss, where the browser says how numbers are written. */
export function parseJson(text: string): Json {
  // The third argument is younger than TypeScript's library.
  const reviver = (_key: string, value: Json, context?: { source?: string }): Json =>
    typeof value === 'number' && context?.source !== undefined ? exactly(value, context.source) : value
  return JSON.parse(text, reviver) as Json
}
