import { ExactNumber, type Json } from '../api/types'

/** A value as JSON text to be edited, with numbers as they were written. */
export function jsonText(value: Json, indent = ''): string {
  if (value instanceof ExactNumber) return value.source
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const inner = `${indent}  `
  const isList = Array.isArray(value)
  const members = isList
    ? value.map((element) => jsonText(element, inner))
    : Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${jsonText(member, inner)}`)
  const [open, close] = isList ? ['[', ']'] : ['{', '}']
  if (members.length === 0) return `${open}${close}`
  return `${open}\n${members.map((member) => inner + member).join(',\n')}\n${indent}${close}`
}
