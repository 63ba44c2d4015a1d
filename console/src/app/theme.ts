import { Store } from './store'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'millrace.theme'

function kept(): Theme {
  try {
    const theme = localStorage.getItem(KEY)
    return theme === 'light' || theme === 'dark' ? theme : 'system'
  } catch {
    return 'system'
  }
}

export const theme = new Store<Theme>(kept())

export function choose(choice: Theme) {
  const root = document.documentElement
  if (choice === 'system') delete root.dataset.theme
  else root.dataset.theme = choice
  try {
    if (choice === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, choice)
  } catch {
    // it holds until the page is closed
  }
  theme.set(choice)
  paint.update((turn) => turn + 1)
}

/** Changes whenever colours do: what draws on a canvas must draw again. */
export const paint = new Store(0)
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => paint.update((turn) => turn + 1))

export const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
