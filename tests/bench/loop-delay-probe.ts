/** Preloaded into the station: measures its event loop's delay; SIGUSR2 starts over, the end writes the figures (ms) to LOOP_DELAY_FILE. */
import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

const file = process.env.LOOP_DELAY_FILE
if (isMainThread && file) {
  const resolution = 2
  const histogram = monitorEventLoopDelay({ resolution })
  histogram.enable()
  process.on('SIGUSR2', () => histogram.reset())
  process.on('exit', () => {
    const milliseconds = (value: number) => Math.max(0, value / 1e6 - resolution)
    writeFileSync(
      file,
      JSON.stringify({ p99: milliseconds(histogram.percentile(99)), max: milliseconds(histogram.max) }),
    )
  })
}
