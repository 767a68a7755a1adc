/** Which window this is, by its address: a report's own one names the report, and never a study or a patient. */

/** The report that this window is there for, by its address; null in every other window. */
export function reportOfWindow(search: string = location.search): string | null {
  const parameters = new URLSearchParams(search)
  return parameters.get('window') === 'report' ? parameters.get('report') : null
}
