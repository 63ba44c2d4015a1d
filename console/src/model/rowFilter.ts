/** How a column is compared, as the API writes it. */
export const COMPARISONS = [
  ['=', 'is'],
  ['!=', 'is not'],
  ['^=', 'begins with'],
  ['>', 'above'],
  ['>=', 'at least'],
  ['<', 'below'],
  ['<=', 'at most'],
] as const

export type Comparison = (typeof COMPARISONS)[number][0]

export interface RowFilter {
  column: string
  comparison: Comparison
  value: string
}

export const formatFilter = (filter: RowFilter) => `${filter.column}${filter.comparison}${filter.value}`

export function parseFilter(term: string): RowFilter | null {
  const match = /^([^<>=!^]+)(>=|<=|!=|\^=|=|>|<)(.*)$/s.exec(term)
  return match ? { column: match[1] ?? '', comparison: match[2] as Comparison, value: match[3] ?? '' } : null
}

/** As one says it: gross at least 100. */
export function sayFilter(term: string): string {
  const filter = parseFilter(term)
  const words = COMPARISONS.find(([comparison]) => comparison === filter?.comparison)
  return filter && words ? `${filter.column} ${words[1]} ${filter.value}` : term
}

/** The order after a click on a column: largest first, then smallest first, then as it comes. */
export function nextSort(sort: string | undefined, column: string): string | undefined {
  if (sort === `-${column}`) return column
  if (sort === column) return undefined
  return `-${column}`
}
