import { type APIRequestContext, test as base, expect, type Page } from '@playwright/test'

const control = process.env.MILLRACE_CONTROL ?? ''

/** What the test's own process can do: restart the node, fill the store, start and stop traffic. */
export async function ask(request: APIRequestContext, what: string): Promise<string> {
  const response = await request.post(`${control}/${what}`, { timeout: 60_000 })
  expect(response.ok(), `${what}: ${await response.text()}`).toBe(true)
  return response.text()
}

/** A page that fails the test when something goes wrong in it that nobody sees. */
export const test = base.extend<{ quiet: void }>({
  quiet: [
    async ({ page }, use) => {
      const wrong: string[] = []
      page.on('pageerror', (error) => wrong.push(error.message))
      page.on('console', (message) => {
        // The browser reports failed requests itself; the page shows those.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
          wrong.push(message.text())
      })
      await use()
      expect(wrong).toEqual([])
    },
    { auto: true },
  ],
})

export { expect }

let orders = 0

/** Places an order as any client would, from within the page, and answers with its invoice. */
export async function placeOrder(page: Page, customer: string | null, quantity = 3): Promise<string> {
  const invoice = `e2e-${Date.now()}-${++orders}`
  const answer = await page.evaluate(
    async ({ invoice, customer, quantity }) => {
      const response = await fetch('/api/contexts/retail/commands/place-order', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': invoice },
        body: JSON.stringify({
          invoice,
          ...(customer ? { customer } : {}),
          country: 'Iceland',
          lines: [
            {
              copy: 1,
              product: 'TEAPOT',
              description: 'A TEAPOT',
              quantity,
              unitPrice: 250,
              at: '2026-11-23T08:00:00',
            },
          ],
        }),
      })
      return { status: response.status, text: await response.text() }
    },
    { invoice, customer, quantity },
  )
  expect(answer.status, answer.text).toBe(200)
  return invoice
}

export async function apiJson<T>(request: APIRequestContext, path: string): Promise<T> {
  const response = await request.get(path)
  expect(response.ok(), `${path}: ${response.status()}`).toBe(true)
  return (await response.json()) as T
}

export const numberIn = (text: string | null) => Number((text ?? '').replace(/[^\d.]/g, ''))
