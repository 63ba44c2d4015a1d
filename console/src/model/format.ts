const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const upTo = [0, 1, 2, 3].map((digits) => new Intl.NumberFormat('en', { maximumFractionDigits: digits }))
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

export const NONE = '–'

/** 1,234,567 */
export const count = (value: number) => whole.format(value)

/** 12.3K, for axes and narrow places. */
export const short = (value: number) => compact.format(value)

/** A number with its decimals, as far as they matter at its size. */
export function amount(value: number): string {
  const size = Math.abs(value)
  if (Number.isInteger(value)) return whole.format(value)
  const digits = size >= 1_000_000 ? 0 : size >= 1 ? 2 : 3
  return (upTo[digits] ?? whole).format(value)
}

/** A rate a second. */
export function rate(value: number | null): string {
  if (value === null) return NONE
  const digits = value >= 100 || value === 0 ? 0 : 1
  return (upTo[digits] ?? whole).format(value)
}

/** Three figures and a unit: 0.42 ms, 3.1 ms, 12 ms, 1.2 s. */
export function millis(value: number | null): string {
  if (value === null) return NONE
  if (value >= 1_000) return `${upTo[value < 10_000 ? 1 : 0]?.format(value / 1_000)} s`
  return `${upTo[value < 1 ? 2 : value < 10 ? 1 : 0]?.format(value)} ms`
}

/** 0.3 s, 45 s, 3 min 20 s, 2 h 5 min, 3 d 4 h */
export function seconds(value: number): string {
  if (value > 0 && value < 0.1) return '<0.1 s'
  if (value < 10) return `${upTo[1]?.format(value)} s`
  if (value < 60) return `${Math.floor(value)} s`
  const parts = (big: number, bigUnit: string, small: number, smallUnit: string) =>
    small ? `${count(big)} ${bigUnit} ${small} ${smallUnit}` : `${count(big)} ${bigUnit}`
  if (value < 3_600) return parts(Math.floor(value / 60), 'min', Math.floor(value % 60), 's')
  if (value < 86_400) return parts(Math.floor(value / 3_600), 'h', Math.floor((value % 3_600) / 60), 'min')
  return parts(Math.floor(value / 86_400), 'd', Math.floor((value % 86_400) / 3_600), 'h')
}

/** 0.9 GB, 12 GB, 512 MB */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  let size = value
  let unit = 0
  while (size >= 1_000 && unit < units.length - 1) {
    size /= 1_000
    unit++
  }
  return `${upTo[unit && size < 10 ? 1 : 0]?.format(size)} ${units[unit]}`
}

const two = (value: number) => String(value).padStart(2, '0')

/** 14:03:22.417, in the time zone of who looks. */
export function clock(time: Date): string {
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}`
}

/** 2026-11-23 14:03:22.417 */
export function dateTime(time: Date): string {
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock(time)}`
}

/** A column or a field as a heading: revenue_by_country becomes Revenue by country. */
export function heading(name: string): string {
  const words = name
    .replace(/[_-]+/g, ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .trim()
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export const plural = (value: number, one: string, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`
