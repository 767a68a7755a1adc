/** A ruler on the image: a round number of millimetres of a comfortable length on screen. */

/** Length of the bar in mm and in screen pixels, at most `longest` pixels; the largest of 1, 2, 5 × 10ⁿ that fits. */
export function scaleBar(mmPerPixel: number, longest: number): { mm: number; pixels: number } | null {
  if (!(mmPerPixel > 0) || !Number.isFinite(mmPerPixel) || !(longest > 0)) return null
  const most = mmPerPixel * longest
  const decade = 10 ** Math.floor(Math.log10(most))
  const mm = [5, 2, 1].map((digit) => digit * decade).find((candidate) => candidate <= most) ?? decade
  return { mm, pixels: mm / mmPerPixel }
}
