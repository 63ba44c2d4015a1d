import { ask, expect, test } from './shop'

const walls = process.env.MILLRACE_WALLS ?? ''
const key = (name: string) => `tr:has-text("wall:${name}")`

test('dead letters are grouped by cause, looked at, edited, tried again and discarded', async ({ page }) => {
  await page.goto(`${walls}/#/`)
  await expect(page.locator('tr[data-processor=colours]').getByText('3 blocked keys')).toBeVisible()
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await expect(page.locator('.place-count')).toHaveText('6')
  await expect(page.locator('.tabs a[aria-current=page]')).toHaveText('colours3')
  await expect(page.getByRole('list', { name: 'Causes' }).getByRole('link')).toHaveText([
    /^2\s*IllegalStateException there is no mauve/,
    /^1\s*IllegalStateException there is no taupe/,
  ])
  await expect(page.locator('.letters-table tbody tr')).toHaveCount(3)

  await page.getByRole('link', { name: 'wall:east' }).click()
  const letter = page.getByRole('region', { name: 'Dead letter of wall:east' })
  await expect(letter.locator('[data-waiting="1"]')).toHaveText('1 later event of this key')
  await expect(letter.getByRole('group', { name: 'Data of the event' })).toContainText('mauve')
  await letter.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('status').getByText('wall:east is blocked again')).toBeVisible()

  await letter.getByRole('button', { name: 'Edit…' }).click()
  const dialog = page.getByRole('dialog')
  const data = dialog.getByLabel('Data as JSON')
  await expect(data).toBeFocused()
  await data.fill('{"wall": "north", "colour": "blue"}')
  await dialog.getByRole('button', { name: 'Keep' }).click()
  await expect(dialog.getByRole('alert')).toContainText('the event is about [wall:east]')
  await data.fill('{"wall": "east", "colour": "red"}')
  await dialog.getByRole('button', { name: 'Keep' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(page.locator(key('east'))).toContainText('edited')
  await expect(letter.getByRole('group', { name: 'Edited data' })).toContainText('red')
  await letter.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText('wall:east: tried again, and level')).toBeVisible()
  await expect(page.locator(key('east'))).toHaveCount(0)

  await page.getByRole('link', { name: 'wall:west' }).click()
  await page.getByRole('button', { name: 'Discard…' }).click()
  await expect(dialog.getByRole('button', { name: 'Discard' })).toBeDisabled()
  await dialog.getByLabel('Reason').fill('painted over')
  await page.keyboard.press('Enter')
  await expect(page.getByText('wall:west: the event was passed over')).toBeVisible()
  await expect(page.locator('.letters-table tbody tr')).toHaveCount(1)
})

test('those of a cause are tried again at a rate, and what becomes of them is said', async ({ page, request }) => {
  await ask(request, 'mend?colour=mauve')
  await page.goto(`${walls}/#/dead-letters/varnish`)
  await page.getByRole('link', { name: /mauve/ }).click()
  await expect(page.locator('.letters-table tbody tr')).toHaveCount(2)
  await page.getByLabel('Keys a second').fill('0')
  await expect(page.getByRole('button', { name: /^Try the 2 keys/ })).toBeDisabled()
  await page.getByLabel('Keys a second').fill('100')
  await page.getByRole('button', { name: 'Try the 2 keys of this cause again' }).press('Enter')
  await expect(page.getByRole('status').getByText('2 keys tried again: 2 level')).toBeVisible()
  await page.getByRole('button', { name: 'Try all 1 again' }).click()
  await expect(page.getByText('1 key tried again: 0 level, 1 blocked again')).toBeVisible()

  await page.getByRole('link', { name: 'sound' }).click()
  await expect(page.getByText('No dead letters')).toBeVisible()
})

test('a list of dead letters that the node cannot give is a problem that is shown', async ({ page }) => {
  await page.route('**/dead-letters', (route) =>
    route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      body: JSON.stringify({ type: 'x', title: 'Too many requests wait', status: 503, detail: 'try again later' }),
    }),
  )
  await page.goto(`${walls}/#/dead-letters/colours`)
  await expect(page.getByRole('alert')).toContainText('Too many requests wait')
  await page.unroute('**/dead-letters')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.locator('.letters-table tbody tr').first()).toBeVisible()
  await page.goto(`${walls}/#/dead-letters/nobody`)
  await expect(page.getByText('There is no processor nobody')).toBeVisible()
})
