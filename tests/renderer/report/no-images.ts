/** A report without images beside it. */

export const nothing = () => undefined

/** Leads nowhere. */
export const evidence = {
  goToMeasurement: nothing,
  goToImage: nothing,
  wantMeasurement: nothing,
  wantImage: nothing,
  focusImages: nothing,
}
