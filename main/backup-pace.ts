/** How fast a backup goes: its progress comes pack by pack, and begins with what an earlier backup has already. */

/** Takes each progress (bytes in the copies) and gives bytes per second since the first one; 0 at that. `now` is in ms. */
export function createBackupPace(now: () => number = () => performance.now()): (bytes: number) => number {
  let first: { bytes: number; at: number } | null = null
  return (bytes) => {
    const at = now()
    first ??= { bytes, at }
    return at > first.at ? Math.round((1000 * (bytes - first.bytes)) / (at - first.at)) : 0
  }
}
