/** What this service can be asked, as a WADL document (PS3.18 §8.9, Annex H): the resources with their methods, parameters and media types. Pure. */
import { elements, type Keyword } from '../../dicom/index.ts'
import { tagToHex } from '../../dicom/standard-dictionary.ts'
import { levelsDownTo, matchedAttributes, matchedPaths, type SearchLevel } from './search-levels.ts'

export const WADL = 'application/vnd.sun.wadl+xml'

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character] ?? '')

/** One XML element; an attribute's order is the order that it is given in. */
function xml(name: string, attributes: Record<string, string>, children: string[] = []): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`)
  return children.length > 0
    ? `<${name}${written.join('')}>${children.join('')}</${name}>`
    : `<${name}${written.join('')}/>`
}

const JSON_TYPES = ['application/dicom+json', 'application/json']
const FILES = ['multipart/related; type="application/dicom"']
const FRAMES = [
  'application/octet-stream',
  'image/jpeg',
  'image/dicom-rle',
  'image/jls',
  'image/jp2',
  'image/jphc',
].map((type) => `multipart/related; type="${type}"`)
const PICTURES = ['image/jpeg', 'image/png']
const MESSAGES_OF_PICTURES = PICTURES.map((type) => `multipart/related; type="${type}"`)

const representations = (types: string[]): string[] => types.map((mediaType) => xml('representation', { mediaType }))
const queryParams = (names: readonly string[]): string[] => names.map((name) => xml('param', { name, style: 'query' }))

interface Method {
  name: 'GET' | 'POST'
  id: string
  /** What is answered. */
  types: string[]
  parameters?: readonly string[]
  /** What is sent. */
  body?: string[]
}

function methodElement({ name, id, types, parameters = [], body = [] }: Method): string {
  const accept = xml(
    'param',
    { name: 'Accept', style: 'header' },
    types.map((value) => xml('option', { value })),
  )
  const request = xml('request', {}, [
    accept,
    ...queryParams(['accept', 'charset', ...parameters]),
    ...representations(body),
  ])
  const response = xml('response', { status: name === 'POST' ? '200 202 409' : '200' }, representations(types))
  return xml('method', { name, id }, [request, response])
}

const resource = (path: string, methods: Method[], children: string[] = []): string =>
  xml('resource', { path }, [...methods.map(methodElement), ...children])

const get = (id: string, types: string[], parameters: readonly string[] = []): Method => ({
  ...{ name: 'GET', id, types, parameters },
})

const tagOf = (path: string): string =>
  path
    .split('.')
    .map((keyword) => tagToHex(elements[keyword as Keyword].tag))
    .join('.')

/** Every attribute that is matched at the level, by keyword and by tag. */
function search(id: string, level: SearchLevel): Method {
  const paths = levelsDownTo[level].flatMap((above) => [...matchedAttributes[above], ...matchedPaths[above]])
  return get(id, JSON_TYPES, ['limit', 'offset', 'includefield', ...paths.flatMap((path) => [path, tagOf(path)])])
}

const store = (id: string): Method => ({ name: 'POST', id, types: JSON_TYPES, body: FILES })

const rendering = ['quality', 'viewport', 'window', 'iccprofile']

/** What there is of a study, series or instance beside itself. */
const representationsOf = (what: string, pictures: string[]): string[] => [
  resource('metadata', [get(`Retrieve${what}Metadata`, JSON_TYPES)]),
  resource('rendered', [get(`RetrieveRendered${what}`, pictures, rendering)]),
  resource('thumbnail', [get(`Retrieve${what}Thumbnail`, PICTURES, ['viewport'])]),
]

const frames = resource(
  '{framelist}',
  [get('RetrieveFrames', FRAMES)],
  [
    resource('rendered', [get('RetrieveRenderedFrames', PICTURES, rendering)]),
    resource('thumbnail', [get('RetrieveFramesThumbnail', PICTURES, ['viewport'])]),
  ],
)
const bulkData = ['application/octet-stream', 'multipart/related; type="application/octet-stream"']
const instance = resource(
  '{SOPInstanceUID}',
  [get('RetrieveInstance', [...FILES, 'application/dicom'])],
  [
    ...representationsOf('Instance', PICTURES),
    resource('frames', [], [frames]),
    resource('bulkdata', [], [resource('{BulkDataReference}', [get('RetrieveBulkdata', bulkData)])]),
  ],
)
const series = resource(
  '{SeriesInstanceUID}',
  [get('RetrieveSeries', FILES)],
  [
    ...representationsOf('Series', MESSAGES_OF_PICTURES),
    resource('instances', [search('SearchForStudySeriesInstances', 'instance')], [instance]),
  ],
)
const study = resource(
  '{StudyInstanceUID}',
  [get('RetrieveStudy', FILES), store('StoreStudyInstances')],
  [
    ...representationsOf('Study', MESSAGES_OF_PICTURES),
    resource('series', [search('SearchForStudySeries', 'series')], [series]),
    resource('instances', [search('SearchForStudyInstances', 'instance')]),
  ],
)
const all = [
  resource('studies', [search('SearchForStudies', 'study'), store('StoreInstances')], [study]),
  resource('series', [search('SearchForSeries', 'series')]),
  resource('instances', [search('SearchForInstances', 'instance')]),
]

/** The document of the service at `base`. */
export const capabilities = (base: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${xml('application', { xmlns: 'http://wadl.dev.java.net/2009/02' }, [
    xml('resources', { base }, all),
  ])}\n`
