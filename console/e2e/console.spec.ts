import { apiJson, ask, expect, numberIn, placeOrder, test } from './shop'
import type { DiskRoom, Overview } from '../src/api/types'

const processor = (name: string) => `tr[data-processor="${name}"]`

test('the overview shows rates, latency and lags that move', async ({ page, request }) => {
  await ask(request, 'traffic?on=true')
  await page.goto('/#/')
  const stored = page.locator('[data-figure=stored]')
  await expect.poll(async () => numberIn(await stored.textContent())).toBeGreaterThan(0)
  await expect.poll(async () => numberIn(await page.locator('[data-figure=handled]').textContent())).toBeGreaterThan(0)
  await expect(page.locator('[data-figure=p99]')).toContainText('ms')
  const first = await stored.textContent()
  await expect(stored).not.toHaveText(first ?? '')
  await expect(page.locator('.processors tbody tr')).toHaveCount(7)
  await expect(page.locator('.chart canvas')).toHaveCount(2)
  await expect(page.locator('.newest-list li').first()).toBeVisible()
  await expect(page.locator('.sparkline-line').first()).toBeVisible()
  await ask(request, 'traffic?on=false')
  await expect(page.getByText('all 7 level')).toBeVisible()
})

test('the overview shows the room on the disk, and the tags over which commands conflict', async ({
  page,
  request,
}) => {
  const { stores } = await apiJson<Overview>(request, '/api/overview')
  await page.goto('/#/')
  const store = page.locator('tr[data-store=retail]')
  await expect(store.locator('[data-disk]')).toContainText(`${stores.retail?.disk?.usedPercent}% used`)
  await expect(page.locator('.disk-notice')).toHaveCount(stores.retail?.disk?.state === 'enough' ? 0 : 1)

  let state: DiskRoom['state'] = 'low'
  await page.route('**/api/overview', async (route) => {
    const response = await route.fetch()
    const overview = (await response.json()) as Overview
    const disk = { ...overview.stores.retail!.disk!, state, usedPercent: 97 }
    overview.stores.retail = { disk, conflicts: 1_240, hotTags: [{ tag: 'product:TEAPOT', conflicts: 1_234 }] }
    await route.fulfill({ response, json: overview })
  })
  await expect(page.getByRole('alert')).toContainText('The disk of the store of retail is 97% full')
  await expect(store.locator('[data-disk=low]')).toBeVisible()
  await expect(store).toContainText('1,234')
  state = 'full'
  await expect(page.getByRole('alert')).toContainText('Commands are refused until there is room again')
  await store.getByRole('link', { name: 'product' }).click()
  await expect(page).toHaveURL(/entity\/.*TEAPOT|TEAPOT/)
})

test('a processor is paused, falls behind, resumes, and is reset after a question', async ({ page }) => {
  await page.goto('/#/')
  const row = page.locator(processor('customers'))
  await page.getByRole('button', { name: 'Pause customers' }).click()
  await expect(row).toHaveAttribute('data-state', 'paused')
  await placeOrder(page, 'c-paused')
  await expect.poll(async () => numberIn(await row.locator('[data-lag]').textContent())).toBeGreaterThan(0)
  await page.getByRole('button', { name: 'Resume customers' }).click()
  await expect(row).toHaveAttribute('data-state', 'live')
  await expect(row.locator('[data-lag="0"]')).toBeVisible()

  await page.getByRole('button', { name: 'Reset customers' }).click()
  const dialog = page.getByRole('dialog', { name: 'Reset customers?' })
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(dialog).toHaveCount(0)
  await page.getByRole('button', { name: 'Reset customers' }).click()
  const operated = page.waitForResponse((response) => response.url().endsWith('/api/processors/customers/reset'))
  await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click()
  expect((await operated).status()).toBe(202)
  await expect(row.locator('[data-lag="0"]')).toBeVisible()
  await expect(row).toHaveAttribute('data-state', 'live')
})

test('the tail shows what a command stored, filtered by type and tag', async ({ page }) => {
  await page.goto('/#/tail/retail?type=order-placed')
  await expect(page.locator('[data-tail=live]')).toBeVisible()
  const invoice = await placeOrder(page, 'c-tail')
  const row = page.getByRole('option').filter({ hasText: invoice })
  await expect(row).toHaveCount(1)
  await expect(row).toContainText('order-placed')
  await expect(page.getByRole('option').filter({ hasText: 'line-sold' })).toHaveCount(0)

  await page.goto(`/#/tail/retail?tag=${encodeURIComponent(`invoice:${invoice}`)}`)
  await expect(page.getByRole('option')).toHaveCount(2)
  await page.getByLabel('Types').fill('line-sold')
  await page.getByLabel('Types').press('Enter')
  await expect(page).toHaveURL(/type=line-sold/)
  await expect(page.getByRole('option')).toHaveCount(1)
  await page.getByRole('button', { name: 'Remove line-sold' }).click()
  await page.getByLabel('Types').fill('no-such-type')
  await page.getByLabel('Types').press('Enter')
  await expect(page.getByLabel('Types')).toHaveAttribute('aria-invalid', 'true')
})

test('the tail is searched for a text, paused and continued', async ({ page }) => {
  await page.goto('/#/tail')
  await expect(page.locator('[data-tail=live]')).toBeVisible()
  const first = await placeOrder(page, null)
  await page.getByLabel('Text within what is shown').fill(first)
  await expect(page.getByRole('option').first()).toContainText(first)
  await page.getByLabel('Text within what is shown').fill('no event contains this')
  await expect(page.getByText('Nothing contains this text')).toBeVisible()
  await page.getByLabel('Text within what is shown').fill('')

  await page.getByRole('button', { name: 'Pause' }).click()
  const newest = await page.getByRole('option').first().getAttribute('data-position')
  await placeOrder(page, null)
  await expect(page.getByText(/new events?$/)).toBeVisible()
  expect(await page.getByRole('option').first().getAttribute('data-position')).toBe(newest)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText(/new events?$/)).toHaveCount(0)
  await expect
    .poll(async () => Number(await page.getByRole('option').first().getAttribute('data-position')))
    .toBeGreaterThan(Number(newest))
})

test('the tail is driven by keys, and loads older events at its end', async ({ page }) => {
  await page.goto('/#/tail')
  await expect(page.getByRole('option').first()).toBeVisible()
  const selected = page.locator('[role=option][aria-selected=true]')
  await page.keyboard.press('j')
  await expect(selected).toHaveCount(1)
  const first = (await selected.getAttribute('data-position')) ?? ''
  await page.keyboard.press('j')
  await expect(selected).not.toHaveAttribute('data-position', first)
  const position = await selected.getAttribute('data-position')
  await page.keyboard.press('k')
  await expect(selected).toHaveAttribute('data-position', first)
  await page.keyboard.press('j')
  await expect(selected).toHaveAttribute('data-position', position ?? '')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`#/events/retail/${position}$`))
  await page.goBack()
  await expect(selected).toHaveAttribute('data-position', position ?? '')
  const kept = async () => Number(await page.locator('[data-kept]').getAttribute('data-kept'))
  const before = await kept()
  await page.keyboard.press('End')
  await expect.poll(kept).toBeGreaterThan(before)
  await page.keyboard.press('Home')
  await expect(selected).toHaveCount(0)
})

test('a tail whose history is gone says so and what to do', async ({ page }) => {
  await page.route('**/api/contexts/retail/tail*', (route) =>
    route.fulfill({
      status: 410,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        type: 'x',
        title: 'The position is of another history',
        status: 410,
        detail: 'read again',
      }),
    }),
  )
  await page.goto('/#/tail/retail?type=restocked')
  await expect(page.getByRole('alert')).toContainText('The tail was cut off')
  await expect(page.locator('[data-tail=refused]')).toBeVisible()
  await page.unroute('**/api/contexts/retail/tail*')
  await page.getByRole('button', { name: 'Follow the present history' }).click()
  await expect(page.locator('[data-tail=live]')).toBeVisible()
})

test('an event shows its command, its cause, its effects and who has passed it', async ({ page, request }) => {
  await page.goto('/#/')
  const customer = `c-flow-${Date.now()}`
  await placeOrder(page, customer, 8) // 2,000: enough for a tier
  type Page = { events: { position: number; type: string }[] }
  const about = () => apiJson<Page>(request, `/api/contexts/retail/events?tag=customer:${customer}`)
  await expect.poll(async () => (await about()).events.length).toBe(2)
  const [placed, reached] = (await about()).events
  await page.goto(`/#/events/retail/${placed?.position}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('order-placed')
  await expect(page.locator('.flow-command')).toContainText('place-order')
  await expect(page.locator('[data-effects="1"]')).toBeVisible()
  await expect(page.getByRole('group', { name: 'Data of the event' })).toContainText(customer)
  await expect(page.locator('.event-list li').first()).toBeVisible()
  await expect(page.locator('.passed-list [data-passed=true]')).toHaveCount(7)
  await page.getByRole('button', { name: /^Effects of loyalty-tier-reached/ }).click()
  await expect(page.getByRole('button', { name: /^Effects of loyalty-tier-reached/ })).toHaveAttribute(
    'aria-expanded',
    'true',
  )

  await page.locator(`[data-flow="${reached?.position}"] a`).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('loyalty-tier-reached')
  await expect(page.locator('.flow-node')).toHaveText([
    /place-order/,
    /order-placed/,
    /review-loyalty.*reaction:loyalty/,
    /loyalty-tier-reached/,
  ])
  await page
    .locator('.facts')
    .getByRole('link', { name: /order-placed/ })
    .click()
  await expect(page).toHaveURL(new RegExp(`/${placed?.position}$`))
  await page.getByRole('button', { name: 'Next event' }).click()
  await expect(page).toHaveURL(new RegExp(`/${(placed?.position ?? 0) + 1}$`))
  await page.keyboard.press('ArrowLeft')
  await expect(page).toHaveURL(new RegExp(`/${placed?.position}$`))
  await page.goto('/#/events/retail/999999999')
  await expect(page.getByRole('alert')).toContainText('There is no such thing')
})

test('an entity is followed through its events, with its state and what changed', async ({ page }) => {
  await page.goto('/#/')
  await placeOrder(page, null, 30)
  await placeOrder(page, null, 7)
  await page.goto('/#/entities')
  await page.getByLabel('Tag', { exact: true }).selectOption('product')
  await page.getByLabel('Value').fill('TEAPOT')
  await page.getByRole('button', { name: 'Show' }).click()
  await expect(page).toHaveURL(/#\/entities\/retail\/product\/TEAPOT/)
  const place = page.locator('.player-place')
  await expect(place).toHaveAttribute('data-steps', /^\d+$/)
  const steps = Number(await place.getAttribute('data-steps'))
  expect(steps).toBeGreaterThan(3)
  await expect(place).toHaveAttribute('data-step', String(steps))

  await page.keyboard.press('Home')
  await expect(place).toHaveAttribute('data-step', '1')
  const stock = page.getByRole('region', { name: 'State of stock-level' })
  await expect(stock.locator('.change')).not.toHaveCount(0)
  await page.getByRole('slider').focus()
  await page.keyboard.press('ArrowRight')
  await expect(place).toHaveAttribute('data-step', '2')
  await expect(page.getByRole('slider')).toHaveAttribute('aria-valuetext', /^Event 2 of/)
  await expect(stock.locator('.change[data-kind=changed]').first()).toContainText('available')
  await expect(stock.locator('.json-line.json-changed').first()).toContainText('available')
  await expect(page).toHaveURL(/at=\d+/)
  await page.getByRole('button', { name: 'Play' }).click()
  await expect(place).toHaveAttribute('data-step', '3')
  await page
    .getByRole('button', { name: 'Stop' })
    .or(page.getByRole('button', { name: 'Play' }))
    .first()
    .click()
})

test('totals of the read models are those of the API', async ({ page, request }) => {
  type Rows = { columns: string[]; rows: Record<string, number>[]; next?: string }
  const rows = await apiJson<Rows>(request, '/api/read-models/revenue-by-country/revenue_by_country')
  const sum = (column: string) => rows.rows.reduce((total, row) => total + (row[column] ?? 0), 0)
  await page.goto('/#/read-models/revenue-by-country/revenue_by_country')
  await expect(page.locator('.model-table tbody tr')).toHaveCount(rows.rows.length)
  for (const column of ['gross', 'net', 'orders']) {
    await page.getByLabel('Figure of the bars').selectOption(column)
    await expect(page.locator(`[data-sum=${column}]`)).toBeVisible()
    expect(numberIn(await page.locator(`[data-sum=${column}]`).textContent())).toBeCloseTo(sum(column), 2)
  }
  await page.goto('/#/')
  await expect(page.locator('.totals h2')).toHaveText('Revenue by country')
  await expect(page.locator('.measure', { hasText: 'Gross' })).toContainText(
    sum('gross').toLocaleString('en', { maximumFractionDigits: 2 }),
  )
})

test('rows are filtered, sorted and paged', async ({ page }) => {
  await page.goto('/#/read-models/products/product')
  const cells = page.locator('.model-table tbody tr td:first-child')
  await expect(cells).toHaveCount(50)
  await page.getByRole('button', { name: 'Next page' }).click()
  await expect(page.locator('.pager')).toContainText('51–')
  await page.getByRole('button', { name: 'Page before' }).click()
  await page.getByRole('button', { name: 'Sold' }).click()
  await expect(page.getByRole('columnheader', { name: 'Sold' })).toHaveAttribute('aria-sort', 'descending')
  await page.getByLabel('Column').selectOption('code')
  await page.getByLabel('Filter value').fill('TEAPOT')
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await expect(cells).toHaveText(['TEAPOT'])
  await page.reload()
  await expect(cells).toHaveText(['TEAPOT'])
  await page.getByRole('button', { name: 'Remove code is TEAPOT' }).click()
  await page.getByLabel('Column').selectOption('sold')
  await page.getByLabel('Filter value').fill('many')
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await expect(page.getByRole('alert')).toBeVisible()
})

test('search jumps to positions, entities, views and read models', async ({ page }) => {
  await page.goto('/#/')
  await expect(page.locator('.processors tbody tr')).not.toHaveCount(0)
  await page.keyboard.press('/')
  await page.getByRole('combobox', { name: 'Search' }).fill('1')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/#\/events\/retail\/1$/)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Search' }).fill('product:TEAPOT')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/#\/entities\/retail\/product\/TEAPOT/)
  await page.keyboard.press('/')
  await page.getByRole('combobox', { name: 'Search' }).fill('refusal')
  await expect(page.locator('.hits [role=option]').first()).toContainText('refusal')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/#\/read-models\/cancellations\/refusal/)
  await page.keyboard.press('g')
  await page.keyboard.press('o')
  await expect(page).toHaveURL(/#\/$/)
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toContainText('Pause and continue')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.goto('/#/no/such/view')
  await expect(page.getByText('Nothing is here')).toBeVisible()
})

test('the theme follows the system, and a choice is kept', async ({ page }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto('/#/')
  const light = await background()
  await page.emulateMedia({ colorScheme: 'dark' })
  const dark = await background()
  expect(dark).not.toBe(light)
  await page.getByRole('button', { name: 'Light' }).click()
  expect(await background()).toBe(light)
  await page.reload()
  await expect(page.getByRole('button', { name: 'Light' })).toHaveAttribute('aria-pressed', 'true')
  expect(await background()).toBe(light)
  await page.getByRole('button', { name: 'As the system' }).click()
  expect(await background()).toBe(dark)
})

for (const scheme of ['light', 'dark'] as const) {
  test(`text can be read and nothing is wider than a phone, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme })
    await page.setViewportSize({ width: 390, height: 800 })
    for (const path of [
      '/#/',
      '/#/tail',
      '/#/events/retail/1',
      '/#/entities/retail/product/TEAPOT',
      '/#/read-models/products/product',
    ]) {
      await page.goto(path)
      await expect(page.locator('.loading')).toHaveCount(0)
      await expect(page.locator('.panel, .row, .model-table').first()).toBeVisible()
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(390)
      expect(await page.evaluate(poorContrasts), path).toEqual([])
    }
  })
}

/** Texts whose contrast is below 4.5:1 (WCAG AA), as they are painted. */
function poorContrasts(): string[] {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  if (!canvas) return ['no canvas']
  const rgb = (layers: string[]) => {
    canvas.fillStyle = '#fff'
    canvas.fillRect(0, 0, 1, 1)
    for (const layer of layers) {
      canvas.fillStyle = layer
      canvas.fillRect(0, 0, 1, 1)
    }
    return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)]
  }
  const luminance = (colour: number[]) => {
    const [red = 0, green = 0, blue = 0] = colour.map((part) =>
      part / 255 <= 0.039_28 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const poor = new Set<string>()
  for (const element of document.querySelectorAll<HTMLElement>('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim())
    if (!own || !element.checkVisibility() || element.closest(':disabled, noscript, option, .visually-hidden')) continue
    const layers: string[] = []
    for (let at: HTMLElement | null = element; at; at = at.parentElement)
      layers.unshift(getComputedStyle(at).backgroundColor)
    const behind = luminance(rgb(layers))
    const text = luminance(rgb([...layers, getComputedStyle(element).color]))
    const ratio = (Math.max(behind, text) + 0.05) / (Math.min(behind, text) + 0.05)
    if (ratio < 4.5) poor.add(`${element.className || element.tagName} ${ratio.toFixed(2)}`)
  }
  return [...poor]
}

test('the node goes away and comes back by itself', async ({ page, request }) => {
  await page.goto('/#/tail')
  await expect(page.locator('[data-tail=live]')).toBeVisible()
  await ask(request, 'stop')
  await expect(page.getByRole('alert')).toContainText('The node is not reachable')
  await ask(request, 'start')
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expect(page.locator('.connection-connected')).toBeAttached()
  await expect(page.locator('[data-tail=live]')).toBeVisible()
  const invoice = await placeOrder(page, null)
  await expect(page.getByRole('option').filter({ hasText: invoice }).first()).toBeVisible()
})

test('what was there stays while the node is away', async ({ page, request }) => {
  await page.goto('/#/read-models/revenue-by-country/revenue_by_country')
  await expect(page.locator('.model-table tbody tr').first()).toBeVisible()
  await ask(request, 'stop')
  await expect(page.locator('.banner')).toBeVisible()
  await expect(page.locator('.models .problem')).toBeVisible()
  await expect(page.locator('.model-table tbody tr').first()).toBeVisible()
  await ask(request, 'start')
  await expect(page.locator('.problem, .banner')).toHaveCount(0)
})

test('a tail of 100,000 events stays fluid', async ({ page, request }) => {
  test.setTimeout(90_000)
  await page.goto('/#/tail/retail?type=stock-adjusted')
  await expect(page.locator('[data-tail=live]')).toBeVisible()
  await page.evaluate(() => {
    const frames: number[] = []
    let last = performance.now()
    const look = (now: number) => {
      frames.push(now - last)
      last = now
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
    Object.assign(globalThis, { frames })
  })
  await ask(request, 'fill?events=101000')
  const kept = page.locator('[data-kept]')
  await expect(kept).toHaveAttribute('data-kept', '100000', { timeout: 60_000 })
  const rows = page.getByRole('option')
  expect(await rows.count()).toBeLessThan(80)

  const frames = () => page.evaluate(() => (globalThis as unknown as { frames: number[] }).frames.splice(0))
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Infinity
  expect(median(await frames()), 'median frame while events came in, ms').toBeLessThan(250)
  await page.evaluate(async () => {
    const list = document.querySelector('.rows') as HTMLElement
    for (let turn = 0; turn < 60; turn++) {
      list.scrollTop += 40_000
      await new Promise(requestAnimationFrame)
    }
  })
  expect(median(await frames()), 'median frame while scrolling, ms').toBeLessThan(250)
  await expect(rows.first()).toBeVisible()
  await page.getByLabel('Text within what is shown').fill('fill-77')
  await expect(page.locator('.tail-foot')).toContainText(/of 100,000 events/)
  await expect(rows.first()).toContainText('fill-77')
})

test('the timeline of a busy entity begins at its newest events, and goes back to the first', async ({ page }) => {
  await page.goto('/#/entities/retail/product/FILLED') // filled by the test before
  const place = page.locator('.player-place')
  await expect(place).toHaveAttribute('data-steps', '500')
  await expect(place).toHaveAttribute('data-step', '500')
  await page.getByRole('button', { name: 'from the first' }).click()
  await expect(place).toHaveAttribute('data-step', '1')
  await expect(page.locator('.step[aria-selected=true]')).toContainText('product-listed')
  await expect(place).toHaveAttribute('data-steps', '1000')
  await page.keyboard.press('End')
  await expect(place).toHaveAttribute('data-steps', '500')
  await expect(page.getByRole('button', { name: 'to the newest' })).toHaveCount(0)
})

test('nothing is loaded from elsewhere', async ({ page, baseURL }) => {
  const foreign: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(baseURL ?? '')) foreign.push(request.url())
  })
  await page.goto('/#/')
  await expect(page.locator('.newest-list li').first()).toBeVisible()
  expect(foreign).toEqual([])
})
