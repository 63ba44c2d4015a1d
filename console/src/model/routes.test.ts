import { expect, test } from 'vitest'
import { entityRoute, formatRoute, parseRoute, type Route } from './routes'

const ROUTES: [string, Route][] = [
  ['#/', { view: 'overview' }],
  ['#/tail', { view: 'tail', types: [], tags: [] }],
  [
    '#/tail/retail?type=order-placed&type=line-sold&tag=order%3A42&tenant=t&text=x+y',
    {
      view: 'tail',
      context: 'retail',
      types: ['order-placed', 'line-sold'],
      tags: ['order:42'],
      tenant: 't',
      text: 'x y',
    },
  ],
  ['#/events/retail/17', { view: 'event', context: 'retail', position: 17 }],
  ['#/entities', { view: 'entity' }],
  [
    '#/entities/retail/purchase/1%2F2%3A?at=9',
    { view: 'entity', context: 'retail', tag: 'purchase', value: '1/2:', at: 9 },
  ],
  [
    '#/read-models/totals/by_day?where=a%3E1&sort=-a',
    { view: 'read-model', name: 'totals', table: 'by_day', where: ['a>1'], sort: '-a' },
  ],
  ['#/dead-letters', { view: 'dead-letters' }],
  ['#/dead-letters/stock/00ff?cause=9a', { view: 'dead-letters', processor: 'stock', id: '00ff', cause: '9a' }],
]

test.each(ROUTES)('%s is read and written', (hash, route) => {
  expect(parseRoute(hash)).toEqual(route)
  expect(formatRoute(route)).toBe(hash)
})

test('what is no address is said', () => {
  expect(parseRoute('#/events/retail/x')).toEqual({ view: 'unknown', path: '/events/retail/x' })
  expect(parseRoute('#/nothing')).toEqual({ view: 'unknown', path: '/nothing' })
  expect(parseRoute('')).toEqual({ view: 'overview' })
  expect(parseRoute('#/entities/%E0%A4%A/b/c')).toEqual({ view: 'entity', context: '%E0%A4%A', tag: 'b', value: 'c' })
})

test('a tag is split at its first colon, and only other tenants are named', () => {
  expect(entityRoute('c', 'url:http://x', 'default')).toBe('#/entities/c/url/http%3A%2F%2Fx')
  expect(entityRoute('c', 'order:1', 'acme', 5)).toBe('#/entities/c/order/1?tenant=acme&at=5')
})
