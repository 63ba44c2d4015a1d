import { ExactNumber, type Json, type Rows } from '../api/types'

export type Row = Rows['rows'][number]

export const isNumeric = (value: Json | undefined): value is number | ExactNumber =>
  typeof value === 'number' || value instanceof ExactNumber

export const toNumber = (value: Json | undefined): number | null =>
  typeof value === 'number' ? value : value instanceof ExactNumber ? Number(value.source) : null

/** The columns whose values are numbers, as far as there are any. */
export function numericColumns(columns: readonly string[], rows: readonly Row[]): string[] {
  return columns.filter(
    (column) =>
      rows.some((row) => isNumeric(row[column])) &&
      rows.every((row) => row[column] === null || row[column] === undefined || isNumeric(row[column])),
  )
}

/** The column that says what a row is about: the first that is no number, else the first. */
export function labelColumn(columns: readonly string[], numeric: readonly string[]): string | undefined {
  return columns.find((column) => !numeric.includes(column)) ?? columns[0]
}

export function columnSum(rows: readonly Row[], column: string): number {
  return rows.reduce((sum, row) => sum + (toNumber(row[column]) ?? 0), 0)
}

/** The numeric column that weighs most, which is what a picture of the rows is drawn of. */
export function mainMeasure(rows: readonly Row[], numeric: readonly string[]): string | undefined {
  return [...numeric].sort((a, b) => columnSum(rows, b) - columnSum(rows, a))[0]
}

const isDate = (value: Json | undefined) => typeof value === 'string' && /^\d{4}-\d{2}(-\d{2})?/.test(value)

/**
 * How much a table looks like totals, as revenue by country does: few rows, one label, and figures
 * beside it. 0: not at all.
 */
export function totalsScore(table: Rows): number {
  const { columns, rows } = table
  const numeric = numericColumns(columns, rows)
  const label = labelColumn(columns, numeric)
  if (rows.length === 0 || numeric.length === 0 || label === undefined || numeric.includes(label)) return 0
  const others = columns.length - numeric.length - 1
  let score = 10 + Math.min(numeric.length, 4) - 4 * others
  if (table.next) score -= 6
  if (isDate(rows[0]?.[label])) score -= 2
  return Math.max(0, score)
}

const MOST_DECIMALS = 4

const decimalsOf = (value: Json | undefined): number => {
  const text = typeof value === 'number' ? String(value) : ''
  const point = text.indexOf('.')
  return point < 0 || text.includes('e') ? 0 : text.length - point - 1
}

/** Writes the numbers of a column alike, with as many decimals as the longest, so that they stand in line. */
export function columnFormat(rows: readonly Row[], column: string): (value: number) => string {
  const digits = Math.min(MOST_DECIMALS, Math.max(0, ...rows.map((row) => decimalsOf(row[column]))))
  const format = new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return (value) => format.format(value)
}
