/** Text without case and accents, for ordering, comparing and matching. */
export const foldText = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase()
