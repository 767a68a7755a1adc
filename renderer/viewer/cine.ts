/** Cine: which rate a multi-frame image asks for, and how fast it is really shown. */
import type { ImageHeader } from '../../main/contract/image.ts'

export const CINE_RATES = { least: 1, most: 60, whenUnstated: 15 } as const

/**
 * Frames per second that the object asks for: Recommended Display Frame Rate, then Cine Rate, then Frame Time (PS3.3 C.7.6.5, C.12.1.1.4),
 * kept within what a screen can show.
 */
export function statedRate(
  header: Pick<ImageHeader, 'RecommendedDisplayFrameRate' | 'CineRate' | 'FrameTime'> | undefined,
): number {
  const stated =
    header?.RecommendedDisplayFrameRate ??
    header?.CineRate ??
    (header?.FrameTime ? 1000 / header.FrameTime : undefined) ??
    CINE_RATES.whenUnstated
  return Math.min(CINE_RATES.most, Math.max(CINE_RATES.least, stated))
}

/** Counts images painted, not images asked for: the rate over the last `window` ms, or since `start` when that is shorter. */
export function createRateMeter(start: number, window = 2000): { painted(at: number): void; rate(at: number): number } {
  let times: number[] = []
  return {
    painted: (at) => {
      times = [...times.filter((time) => at - time < window), at]
    },
    rate: (at) => {
      const elapsed = Math.min(window, at - start)
      return elapsed > 0 ? (times.filter((time) => at - time < window).length * 1000) / elapsed : 0
    },
  }
}
