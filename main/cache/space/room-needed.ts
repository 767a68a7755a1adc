/** How much room is to be made: for the quota that a person set, and for a disk that gets full. */
import type { SpaceSettings } from '../../contract/space.ts'

export interface Room {
  /** Bytes that the cache takes. */
  used: number
  disk: { free: number; total: number }
}

const GIB = 1024 ** 3

/** Bytes free below which a disk counts as nearly full: a tenth of it, at most 20 GiB. */
export const nearlyFullBelow = (total: number): number => Math.min(total / 10, 20 * GIB)

/** Bytes by which the cache exceeds its quota; 0 within it. */
export const excessOf = ({ quotaBytes }: SpaceSettings, used: number): number =>
  quotaBytes === null ? 0 : Math.max(0, used - quotaBytes)

/** Bytes to be freed on a disk that is nearly full: until a quarter more than that bound is free. 0 on any other. */
export const neededForDisk = (disk: Room['disk']): number => {
  const bound = nearlyFullBelow(disk.total)
  return disk.free < bound ? Math.ceil(bound * 1.25 - disk.free) : 0
}

/**
 * Bytes to be freed now. Beyond the quota: down to its low-water mark; so there is no eviction for every object that comes.
 */
export const roomNeeded = (settings: SpaceSettings, { used, disk }: Room): number => {
  const { quotaBytes, lowWaterPercent } = settings
  const forQuota = quotaBytes !== null && used > quotaBytes ? used - (quotaBytes * lowWaterPercent) / 100 : 0
  return Math.ceil(Math.max(forQuota, neededForDisk(disk)))
}
