/** A series being dragged from the strip to a viewport. */

const TYPE = 'application/x-astreinte-series'

/** Puts the key of a strip item on a drag. */
export function startContentDrag(transfer: DataTransfer, key: string): void {
  transfer.setData(TYPE, key)
  transfer.effectAllowed = 'copy'
}

/** Whether a drag comes from the strip (its data cannot be read before the drop). */
export const isContentDrag = (transfer: DataTransfer): boolean => transfer.types.includes(TYPE)

/** The key of the strip item that was dropped; empty when it is something else. */
export const contentFromDrag = (transfer: DataTransfer): string => transfer.getData(TYPE)
