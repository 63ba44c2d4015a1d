import { expect, test } from 'vitest'
import { ExactNumber } from '../api/types'
import { jsonText } from './jsonText'

test('a value is written so that it can be edited, and no number loses a digit', () => {
  const text = jsonText({ id: new ExactNumber('12345678901234567890'), tags: ['a "b"', true], none: null, empty: {} })
  expect(text).toBe(
    '{\n  "id": 12345678901234567890,\n  "tags": [\n    "a \\"b\\"",\n    true\n  ],\n  "none": null,\n  "empty": {}\n}',
  )
})
