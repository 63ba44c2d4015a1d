// Drawn on a grid of 16, with lines of 1.5.
const PATHS = {
  overview: 'M2.5 13.5V8.500M6.200 13.500V4.500M9.800 13.500V6.500M13.500 13.500V2.500',
  tail: 'M2.500 4h11M2.500 8h7M2.500 12h9',
  entity: 'M8 2.500 13.500 5.500v5L8 13.500 2.500 10.500v-5zM2.500 5.500 8 8.500l5.500-3M8 8.500v5',
  table: 'M2.500 3.500h11v9h-11zM2.500 6.500h11M6.500 6.500v6',
  letter: 'M2.500 4h11v8.500h-11zM2.500 4.500 8 9l5.500-4.500',
  search: 'M7 11.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9zM10.300 10.300l3.200 3.200',
  pause: 'M5.500 3.500v9M10.500 3.500v9',
  play: 'M5 3.200v9.600l7.500-4.800z',
  reset: 'M3 8a5 5 0 1 0 1.600-3.700M3 2.800v2.700h2.700',
  sun: 'M8 10.800a2.800 2.800 0 1 0 0-5.600 2.800 2.800 0 0 0 0 5.600zM8 1.500v1M8 13.500v1M1.500 8h1M13.500 8h1M3.400 3.400l.7.7M11.900 11.900l.7.7M3.400 12.600l.7-.7M11.900 4.100l.7-.7',
  moon: 'M13.200 9.600A5.500 5.500 0 0 1 6.400 2.800a5.500 5.500 0 1 0 6.800 6.800z',
  system: 'M2.500 3h11v7.500h-11zM5.500 13.500h5M8 10.500v3',
  help: 'M6 6.200a2 2 0 1 1 2.900 1.800c-.6.300-.9.700-.9 1.300v.3M8 11.800v.1M8 14.500a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13z',
  left: 'M9.500 3.500 5 8l4.500 4.500',
  right: 'M6.500 3.500 11 8l-4.500 4.500',
  up: 'M3.500 9.500 8 5l4.500 4.500',
  down: 'M3.500 6.500 8 11l4.500-4.500',
  close: 'M4 4l8 8M12 4l-8 8',
  check: 'M3.500 8.500l3 3 6-7',
  plus: 'M8 3.500v9M3.500 8h9',
  filter: 'M2.500 4h11M4.500 8h7M6.500 12h3',
  link: 'M6.700 9.300 9.300 6.700M7 4.500l1.300-1.300a2.800 2.800 0 0 1 4 4L11 8.500M9 11.500l-1.300 1.300a2.800 2.800 0 0 1-4-4L5 7.500',
  warn: 'M8 2.500 14 13H2zM8 6.500v3M8 11.200v.1',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}

export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path d="M4 10c4-3.600 8-3.600 12 0s8 3.600 12 0" />
      <path d="M4 17c4-3.600 8-3.600 12 0s8 3.600 12 0" opacity=".7" />
      <path d="M4 24c4-3.600 8-3.600 12 0s8 3.600 12 0" opacity=".4" />
    </svg>
  )
}
