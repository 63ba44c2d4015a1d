import { expect, test } from 'vitest'
import { SseParser } from './sse'

const STREAM = 'retry: 500\n\nid: s:0:1\n\n: comment\nid: s:0:2\ndata: {"a":1}\n\ndata: one\ndata: two\r\n\r\n'

test.each([1, 3, 7, 1_000])('a stream in pieces of %i characters is the same stream', (size) => {
  const parser = new SseParser()
  const messages = []
  for (let at = 0; at < STREAM.length; at += size) messages.push(...parser.feed(STREAM.slice(at, at + size)))
  expect(messages).toEqual([
    { id: 's:0:2', data: '{"a":1}' },
    { id: 's:0:2', data: 'one\ntwo' },
  ])
  expect(parser.retryMillis).toBe(500)
})

test('an id without data is remembered, and half a message is none', () => {
  const parser = new SseParser('s:0:1')
  expect(parser.lastId).toBe('s:0:1')
  expect(parser.feed('id: s:0:9\n\ndata: half')).toEqual([])
  expect(parser.lastId).toBe('s:0:9')
})
