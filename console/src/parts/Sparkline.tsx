import { memo } from 'react'

const WIDTH = 96
const HEIGHT = 24
const YOUNGEST = 60

/** The shape of a value over time, without figures. `turn` changes when the values have. */
export const Sparkline = memo(function Sparkline({
  values,
  label,
  most,
}: {
  values: readonly (number | null)[]
  label: string
  /** How many values fill the width. */
  most: number
  turn: unknown
}) {
  const known = values.map((value) => value ?? 0)
  const top = Math.max(1, ...known)
  const x = (index: number) =>
    WIDTH - ((known.length - 1 - index) * WIDTH) / Math.max(YOUNGEST, Math.min(most, known.length) - 1)
  const y = (value: number) => HEIGHT - 1.5 - (value / top) * (HEIGHT - 4)
  const line = known.map((value, index) => `${index ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`).join('')
  return (
    <svg
      className="sparkline"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
    >
      {known.length > 1 && (
        <>
          <path className="sparkline-area" d={`${line}L${WIDTH} ${HEIGHT}L${x(0).toFixed(1)} ${HEIGHT}Z`} />
          <path className="sparkline-line" d={line} />
        </>
      )}
    </svg>
  )
})
