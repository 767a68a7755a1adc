/** Names of frames towards Cornerstone. */
import type { FrameRef } from './engine.ts'

export const imageScheme = 'astreinte'

/** One name for one frame of one stored instance, whatever display set shows it. */
export const imageIdOf = ({ instanceKey, frame }: Pick<FrameRef, 'instanceKey' | 'frame'>): string =>
  `${imageScheme}:${instanceKey}/${frame}`
