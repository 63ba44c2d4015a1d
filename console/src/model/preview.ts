import { ExactNumber, type Json } from '../api/types'

export interface PreviewPart {
  name: string
  value: string
}

const MOST_PARTS = 8
const LONGEST_VALUE = 60

function scalar(value: Json): string {
  if (value === null) return 'null'
  if (value instanceof ExactNumber) return value.source
  const text = String(value)
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text
}

/** The first values of some data, for one line: what is nested comes with its last name. */
export function preview(data: Json | undefined): PreviewPart[] {
  const parts: PreviewPart[] = []
  const visit = (name: string, value: Json, depth: number) => {
    if (parts.length >= MOST_PARTS) return
    if (Array.isArray(value)) {
      parts.push({ name, value: `[${value.length}]` })
    } else if (value !== null && typeof value === 'object' && !(value instanceof ExactNumber)) {
      if (depth > 2) parts.push({ name, value: '{…}' })
      else for (const [key, member] of Object.entries(value)) visit(key, member, depth + 1)
    } else {
      parts.push({ name, value: scalar(value) })
    }
  }
  if (data !== undefined) visit('', data, 0)
  return parts
}
