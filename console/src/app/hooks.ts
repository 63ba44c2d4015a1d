import { useCallback, useEffect, useRef, useState } from 'react'
import { parseRoute, type Route } from '../model/routes'
import { monitor } from './monitor'
import { Store, useStore } from './store'

const route = new Store<Route>(parseRoute(location.hash))
addEventListener('hashchange', () => route.set(parseRoute(location.hash)))

export const useRoute = () => useStore(route)

/** Goes somewhere; `replace` when it is the same place in other words, as a filter being typed. */
export function go(hash: string, how: 'push' | 'replace' = 'push') {
  if (how === 'replace') {
    history.replaceState(null, '', hash)
    route.set(parseRoute(hash))
  } else {
    location.hash = hash
  }
}

export const useNode = () => useStore(monitor.state)

export interface Resource<T> {
  data: T | null
  error: Error | null
  /** Whether something is under way; `data` is then what was there before. */
  loading: boolean
  reload: () => void
}

/**
 * Loads something, again whenever the key changes, the tick does, or the node comes back. What was
 * there stays until the new is there, so that nothing jumps, and also when a later look at the same
 * key fails; what comes too late is dropped.
 */
export function useResource<T>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<T>,
  tick: string | number | null = null,
): Resource<T> {
  const { generation } = useNode()
  const [turn, setTurn] = useState(0)
  const [found, setFound] = useState<{ key: string | null; data: T | null; error: Error | null; loading: boolean }>({
    key: null,
    data: null,
    error: null,
    loading: true,
  })
  const latest = useRef(load)
  latest.current = load
  useEffect(() => {
    if (key === null) {
      setFound({ key, data: null, error: null, loading: false })
      return
    }
    const stop = new AbortController()
    setFound((before) => ({ ...before, loading: true }))
    latest.current(stop.signal).then(
      (data) => setFound({ key, data, error: null, loading: false }),
      (error: Error) => {
        if (!stop.signal.aborted)
          setFound((before) => ({ key, data: before.key === key ? before.data : null, error, loading: false }))
      },
    )
    return () => stop.abort()
  }, [key, tick, turn, generation])
  const reload = useCallback(() => setTurn((before) => before + 1), [])
  return { data: found.data, error: found.error, loading: found.loading, reload }
}

/** Whether the view is narrow, as on a phone. */
export function useMedia(media: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(media).matches)
  useEffect(() => {
    const list = matchMedia(media)
    const listen = () => setMatches(list.matches)
    list.addEventListener('change', listen)
    listen()
    return () => list.removeEventListener('change', listen)
  }, [media])
  return matches
}

export function useTitle(title: string) {
  useEffect(() => {
    document.title = title ? `${title} · Millrace` : 'Millrace'
  }, [title])
}
