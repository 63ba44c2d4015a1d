import { ExactNumber, type Json } from '../api/types'
import { elementPath, type Kind, memberPath } from './diff'

export type TokenKind = 'key' | 'text' | 'number' | 'word' | 'mark'

export interface Token {
  kind: TokenKind
  text: string
}

export interface JsonLine {
  indent: number
  tokens: Token[]
  change?: Kind
}

/** What is so short stands on one line. */
const WIDTH = 64

const scalar = (value: Json): Token => {
  if (value === null || typeof value === 'boolean') return { kind: 'word', text: String(value) }
  if (typeof value === 'number') return { kind: 'number', text: String(value) }
  if (value instanceof ExactNumber) return { kind: 'number', text: value.source }
  return { kind: 'text', text: JSON.stringify(value) }
}

const mark = (text: string): Token => ({ kind: 'mark', text })

const membersOf = (value: Json): [string | null, Json][] | null => {
  if (Array.isArray(value)) return value.map((element) => [null, element])
  if (typeof value === 'object' && value !== null && !(value instanceof ExactNumber)) return Object.entries(value)
  return null
}

/** A value as lines, as a person would write it; those of changed paths are marked. */
export function jsonLines(value: Json, changes: ReadonlyMap<string, Kind> = new Map()): JsonLine[] {
  const lines: JsonLine[] = []
  const paths = [...changes.keys()]
  const hasChangeWithin = (path: string) =>
    paths.some(
      (each) =>
        each.length > path.length && each.startsWith(path) && (path === '' || /[.[]/.test(each.charAt(path.length))),
    )

  const write = (own: Json, path: string, indent: number, before: Token[], comma: boolean, inherited?: Kind) => {
    const change = changes.get(path) ?? inherited
    const after = comma ? [mark(',')] : []
    const add = (tokens: Token[]) => lines.push(change ? { indent, tokens, change } : { indent, tokens })
    const members = membersOf(own)
    if (!members) {
      add([...before, scalar(own), ...after])
      return
    }
    const [open, close] = Array.isArray(own) ? ['[', ']'] : ['{', '}']
    const short = hasChangeWithin(path) ? null : inline(own)
    if (short) {
      add([...before, ...short, ...after])
      return
    }
    add([...before, mark(open ?? '')])
    members.forEach(([key, member], index) => {
      const inner = key === null ? elementPath(path, index) : memberPath(path, key)
      const label: Token[] = key === null ? [] : [{ kind: 'key', text: key }, mark(': ')]
      write(member, inner, indent + 1, label, index < members.length - 1, change)
    })
    add([mark(close ?? ''), ...after])
  }

  write(value, '', 0, [], false)
  return lines
}

/** The tokens of a value on one line; null when it is too long for one. */
export function inline(value: Json, width = WIDTH): Token[] | null {
  const tokens: Token[] = []
  let length = 0
  const add = (token: Token) => {
    tokens.push(token)
    length += token.text.length
    return length <= width
  }
  const write = (own: Json): boolean => {
    const members = membersOf(own)
    if (!members) return add(scalar(own))
    const array = Array.isArray(own)
    if (members.length === 0) return add(mark(array ? '[]' : '{}'))
    if (!add(mark(array ? '[' : '{ '))) return false
    for (const [index, [key, member]] of members.entries()) {
      if (index > 0 && !add(mark(', '))) return false
      if (key !== null && !(add({ kind: 'key', text: key }) && add(mark(': ')))) return false
      if (!write(member)) return false
    }
    return add(mark(array ? ']' : ' }'))
  }
  return write(value) ? tokens : null
}
