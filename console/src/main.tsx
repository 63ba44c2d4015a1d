import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import { monitor } from './app/monitor'
import './styles/index.css'

const root = document.getElementById('root')
if (root) {
  monitor.start()
  createRoot(root).render(<App />)
}
