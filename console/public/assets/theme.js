// Before the first paint, so that the page never shows the other theme for a moment.
try {
  const theme = localStorage.getItem('millrace.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // without storage the system's theme holds
}
