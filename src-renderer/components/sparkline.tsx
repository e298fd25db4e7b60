export interface SparklineProps {
  values: readonly number[]
  /** How many values fill the width. */
  capacity: number
  width: number
  height: number
  label: string
}

/** A line of values over time, its newest at the right; the highest value fills the height. */
export function Sparkline({ values, capacity, width, height, label }: SparklineProps) {
  const most = Math.max(1, ...values)
  const step = width / (capacity - 1)
  const left = width - (values.length - 1) * step
  const points = values.map((value, index) => {
    const x = left + index * step
    const y = height - 1.5 - (value / most) * (height - 3)
    return `${x.toFixed(1)},${y.toFixed(1)}`
  })
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
      preserveAspectRatio="none"
    >
      <polyline points={points.join(' ')} fill="none" stroke="currentColor" strokeWidth="1.4" />
    </svg>
  )
}
