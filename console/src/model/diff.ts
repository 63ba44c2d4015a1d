import { ExactNumber, type Json } from '../api/types'

export type Kind = 'added' | 'removed' | 'changed'

export interface Change {
  /** As one would write it in code: lines[2].quantity */
  path: string
  kind: Kind
  before?: Json
  after?: Json
}

export const MOST_CHANGES = 500

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)

/** The path of a member within what a path names. */
export const memberPath = (path: string, key: string) =>
  /^[A-Za-z_$][\w$-]*$/.test(key) ? (path ? `${path}.${key}` : key) : `${path}[${JSON.stringify(key)}]`

export const elementPath = (path: string, index: number) => `${path}[${index}]`

export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (a instanceof ExactNumber || b instanceof ExactNumber) return String(a) === String(b)
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((element, index) => equal(element, b[index]))
  }
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && equal(a[key], b[key]))
}

/**
 * What changed from one value to another, by path. Elements of arrays are matched from both ends, so
 * that one that is added in front is one change; paths are those of the value after, of what was
 * removed those of the value before.
 */
export function diff(before: Json | undefined, after: Json | undefined): Change[] {
  const changes: Change[] = []
  compare('', before, after, changes)
  return changes
}

function compare(path: string, before: Json | undefined, after: Json | undefined, changes: Change[]) {
  if (changes.length >= MOST_CHANGES || equal(before, after)) return
  if (before === undefined && after !== undefined) changes.push({ path, kind: 'added', after })
  else if (after === undefined && before !== undefined) changes.push({ path, kind: 'removed', before })
  else if (Array.isArray(before) && Array.isArray(after)) compareArrays(path, before, after, changes)
  else if (isObject(before) && isObject(after)) {
    for (const key of Object.keys(before)) compare(memberPath(path, key), before[key], after[key], changes)
    for (const key of Object.keys(after)) {
      if (!(key in before)) compare(memberPath(path, key), undefined, after[key], changes)
    }
  } else changes.push({ path, kind: 'changed', before: before ?? null, after: after ?? null })
}

function compareArrays(path: string, before: Json[], after: Json[], changes: Change[]) {
  const shorter = Math.min(before.length, after.length)
  let front = 0
  while (front < shorter && equal(before[front], after[front])) front++
  let back = 0
  while (back < shorter - front && equal(before.at(-1 - back), after.at(-1 - back))) back++
  const removed = before.length - back
  const added = after.length - back
  const paired = Math.min(removed, added)
  for (let index = front; index < paired; index++)
    compare(elementPath(path, index), before[index], after[index], changes)
  for (let index = paired; index < removed; index++)
    compare(elementPath(path, index), before[index], undefined, changes)
  for (let index = paired; index < added; index++) compare(elementPath(path, index), undefined, after[index], changes)
}
