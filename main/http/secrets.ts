/** The secrets of one launch: drawn at random, compared in constant time, never logged. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits as base64url text. */
export const drawSecret = (): string => randomBytes(32).toString('base64url')

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Whether `given` is `secret`; takes as long whatever differs, also in length. */
export const isSameSecret = (given: string, secret: string): boolean => timingSafeEqual(digest(given), digest(secret))
