import { expect, test } from 'vitest'
import { matchScore, search } from './search'

const known = {
  contexts: [
    {
      name: 'shop',
      store: { id: 'x', epoch: 1, head: 9 },
      commands: [],
      events: ['order-placed', 'line-sold'],
      views: [{ name: 'open', tag: 'order' }],
      readModels: [{ name: 'revenue', tables: ['revenue_by_country'] }],
    },
  ],
  processors: [],
}

test('a number leads to a position, also with separators', () => {
  expect(search('1,234', known)[0]).toEqual({ label: 'Event 1,234', detail: 'shop', href: '#/events/shop/1234' })
})

test('a tag leads to the entity and to its tail', () => {
  expect(search('order:42', known).map((hit) => hit.href)).toEqual([
    '#/entities/shop/order/42',
    '#/tail/shop?tag=order%3A42',
  ])
})

test('names are found by their letters, the nearest first', () => {
  expect(search('rev', known)[0]?.label).toBe('revenue_by_country')
  expect(search('country', known)[0]?.href).toBe('#/read-models/revenue/revenue_by_country')
  expect(search('lnsld', known)[0]?.label).toBe('line-sold')
  expect(search('zzz', known)).toEqual([])
  expect(search('', known).length).toBeGreaterThan(5)
  expect(matchScore('Overview', 'over')).toBeGreaterThan(matchScore('Overview', 'view'))
})
