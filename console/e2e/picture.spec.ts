import { apiJson, ask, expect, test } from './shop'

// The README's picture, taken when asked for: ./verify -pl cli -am -Dtest=ConsoleTest -Dmillrace.pictures=true
const file = process.env.MILLRACE_PICTURE

if (file) {
  test.use({ deviceScaleFactor: 1.5, colorScheme: 'dark' })

  test('the picture of the overview', async ({ page, request }) => {
    test.setTimeout(150_000)
    await ask(request, 'traffic?on=true')
    // What the tests before have asked of the disk is over.
    type Overview = { appendMillis: { p99: number } }
    const p99 = async () => (await apiJson<Overview>(request, '/api/overview')).appendMillis.p99
    await expect.poll(p99, { timeout: 30_000, intervals: [1_000] }).toBeLessThan(30)
    await page.goto('/#/')
    // A minute and a half of history, so that the charts say something.
    const begun = Date.now()
    await expect.poll(() => Date.now() - begun, { timeout: 120_000, intervals: [1_000] }).toBeGreaterThan(90_000)
    await page.mouse.move(0, 0)
    await page.screenshot({ path: file })
    await ask(request, 'traffic?on=false')
  })
}
