/** The resources of DICOMweb that are here (PS3.18 §10.3, Table 10.3-2), and what each can be asked. Pure. */

const UID = '[\\d.]{1,64}'
const STUDY = `studies/${UID}`
const SERIES = `${STUDY}/series/${UID}`
const INSTANCE = `${SERIES}/instances/${UID}`
const FRAMES = `${INSTANCE}/frames/[\\d,]{1,5000}`

const resources = [
  ...['studies', 'series', 'instances', `${STUDY}/series`, `${STUDY}/instances`, `${SERIES}/instances`],
  ...[STUDY, SERIES, INSTANCE].flatMap((each) => [
    each,
    ...['metadata', 'rendered', 'thumbnail'].map((of) => `${each}/${of}`),
  ]),
  ...[FRAMES, `${FRAMES}/rendered`, `${FRAMES}/thumbnail`, `${INSTANCE}/bulkdata/[\\dA-F/]{8,500}`],
]
const isResource = new RegExp(`^(?:${resources.join('|')})$`)
const takesObjects = new RegExp(`^studies(?:/${UID})?$`)

/** Value of `Allow` (RFC 9110 §10.2.1) of the resource at `path`, below the service's own address; null when there is none such. */
export function allowedMethods(path: string): string | null {
  if (!isResource.test(path)) return null
  return takesObjects.test(path) ? 'GET, HEAD, OPTIONS, POST' : 'GET, HEAD, OPTIONS'
}
