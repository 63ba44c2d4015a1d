import { expect, test } from 'vitest'
import type { Json } from '../api/types'
import { type JsonLine, jsonLines } from './jsonLines'

const texts = (lines: JsonLine[]) =>
  lines.map(
    (line) =>
      (line.change?.charAt(0) ?? ' ') + '  '.repeat(line.indent) + line.tokens.map((token) => token.text).join(''),
  )

const LONG: Json = {
  name: 'a text that is long enough to break the line',
  list: [1, 2],
  also: 'another long text beside it',
}

test('short values stand on one line, long ones on several', () => {
  expect(texts(jsonLines({ a: 1, b: [] }))).toEqual([' { a: 1, b: [] }'])
  expect(texts(jsonLines(LONG))).toEqual([
    ' {',
    '   name: "a text that is long enough to break the line",',
    '   list: [1, 2],',
    '   also: "another long text beside it"',
    ' }',
  ])
})

test('changed lines are marked, and what is added in all its lines', () => {
  expect(texts(jsonLines({ a: { b: 1, c: 2 } }, new Map([['a.c', 'changed']])))).toEqual([
    ' {',
    '   a: {',
    '     b: 1,',
    'c    c: 2',
    '   }',
    ' }',
  ])
  expect(texts(jsonLines({ x: LONG }, new Map([['x', 'added']]))).filter((line) => line.startsWith('a'))).toHaveLength(
    5,
  )
})
