/**
 * What PS3.15 asks of an audit message, written down from its text: the schema of A.5.1.1 and the tables of A.5.3, as rules that name what they
 * miss. Codes are spelled out here, so that a wrong one of ours is found.
 */
type Problems = string[]

/** What an element may hold: its attributes, and its children in their order with how often. */
interface Shape {
  required?: Readonly<Record<string, RegExp>>
  optional?: Readonly<Record<string, RegExp>>
  children?: readonly (readonly [name: string, least: number, most: number])[]
  text?: RegExp
}

const anything = /^/
const token = /^\S(?:[^\n\r\t]*\S)?$/
const boolean = /^(true|false|0|1)$/
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/
const upTo = (most: number): RegExp => new RegExp(`^(${Array.from({ length: most }, (_, at) => at + 1).join('|')})$`)

const coded: Shape = {
  required: { 'csd-code': token, codeSystemName: token, originalText: token },
  optional: { displayName: token },
}

/** PS3.15 A.5.1.1, by the path's last names. */
const shapes: Readonly<Record<string, Shape>> = {
  AuditMessage: {
    children: [
      ['EventIdentification', 1, 1],
      ['ActiveParticipant', 1, Number.POSITIVE_INFINITY],
      ['AuditSourceIdentification', 1, 1],
      ['ParticipantObjectIdentification', 0, Number.POSITIVE_INFINITY],
    ],
  },
  EventIdentification: {
    required: { EventDateTime: dateTime, EventOutcomeIndicator: /^(0|4|8|12)$/ },
    optional: { EventActionCode: /^[CRUDE]$/ },
    children: [
      ['EventID', 1, 1],
      ['EventTypeCode', 0, Number.POSITIVE_INFINITY],
      ['EventOutcomeDescription', 0, 1],
    ],
  },
  EventID: coded,
  EventTypeCode: coded,
  EventOutcomeDescription: { text: anything },
  ActiveParticipant: {
    required: { UserID: anything, UserIsRequestor: boolean },
    optional: {
      AlternativeUserID: anything,
      UserName: anything,
      NetworkAccessPointID: token,
      NetworkAccessPointTypeCode: upTo(5),
    },
    children: [
      ['RoleIDCode', 0, Number.POSITIVE_INFINITY],
      ['MediaIdentifier', 0, 1],
    ],
  },
  RoleIDCode: coded,
  MediaIdentifier: { children: [['MediaType', 1, 1]] },
  MediaType: coded,
  AuditSourceIdentification: { required: { AuditSourceID: token }, optional: { AuditEnterpriseSiteID: token } },
  ParticipantObjectIdentification: {
    required: { ParticipantObjectID: /\S/ },
    optional: {
      ParticipantObjectTypeCode: upTo(4),
      ParticipantObjectTypeCodeRole: upTo(26),
      ParticipantObjectDataLifeCycle: upTo(15),
      ParticipantObjectSensitivity: token,
    },
    children: [
      ['ParticipantObjectIDTypeCode', 1, 1],
      ['ParticipantObjectName', 1, 1],
      ['ParticipantObjectDetail', 0, Number.POSITIVE_INFINITY],
    ],
  },
  ParticipantObjectIDTypeCode: coded,
  ParticipantObjectName: { text: /\S/ },
  ParticipantObjectDetail: { required: { type: token, value: base64 } },
}

function* shapeProblems(element: Element): Generator<string> {
  const { localName } = element
  const shape = shapes[localName]
  if (!shape) return yield `no element ${localName}`
  for (const [name, form] of Object.entries(shape.required ?? {})) {
    const value = element.getAttribute(name)
    if (value === null || !form.test(value)) yield `${localName}@${name}=${value}`
  }
  for (const { name, value } of element.attributes) {
    const form = shape.required?.[name] ?? shape.optional?.[name]
    if (!form?.test(value)) yield `${localName}@${name}=${value}`
  }
  const children = [...element.children]
  const order = (shape.children ?? []).flatMap(([name, least, most]) => {
    const count = children.filter((child) => child.localName === name).length
    return count < least || count > most ? [`${count} × ${name}`] : Array.from({ length: count }, () => name)
  })
  const found = children.map((child) => child.localName)
  if (found.join() !== order.join()) yield `${localName}: ${found.join()} is not ${order.join()}`
  if (children.length === 0 && !(shape.text ?? /^$/).test(element.textContent))
    yield `${localName}: ${element.textContent}`
  for (const child of children) yield* shapeProblems(child)
}

const codesOf = (parent: Element, name: string): string[] =>
  [...parent.children].filter((child) => child.localName === name).map((child) => child.getAttribute('csd-code') ?? '')

/** Roles of DCM (CID 402): how many participants have each. */
interface Table {
  action: RegExp
  /** CID 401 or 403. */
  types?: readonly string[]
  roles?: Readonly<Record<string, readonly [least: number, most: number]>>
  participants: readonly [least: number, most: number]
  studies?: number
  patients?: number
  /** Objects of another kind, by their type of identifier. */
  others?: readonly string[]
}

const one = [1, 1] as const
const several = [1, Number.POSITIVE_INFINITY] as const
/** CID 403, Security Alert Type Code. */
const alerts = Array.from({ length: 12 }, (_, at) => String(110126 + at))

/** A.5.3.1, .2, .4 – .8, .11, .12, .15. */
const tables: Readonly<Record<string, Table>> = {
  110100: { action: /E/, types: ['110120', '110121'], participants: several, roles: { 110150: one } },
  110101: { action: /R/, participants: [1, 2], others: ['12'] },
  110103: { action: /[CRUD]/, participants: [1, 2], studies: 1, patients: 1 },
  110104: { action: /[CRU]/, participants: several, roles: { 110153: one, 110152: one }, studies: 1, patients: 1 },
  110105: { action: /D/, participants: [1, 2], studies: 1, patients: 1 },
  110106: { action: /R/, participants: several, roles: { 110153: [1, 2], 110154: one }, patients: 1 },
  110107: { action: /C/, participants: several, roles: { 110152: several, 110155: one }, patients: 1 },
  110111: { action: /[CRUD]/, participants: [1, 2], patients: 1 },
  110113: { action: /E/, types: alerts, participants: several, others: ['12', '110182'] },
  110114: { action: /E/, types: ['110122', '110123'], participants: [1, 2] },
}

/** Scheme and meaning of each code that a message may hold (PS3.16 Annex D, CID 400 – 405; RFC 3881 for 2 and 12). */
const meanings: Readonly<Record<string, string>> = {
  2: 'Patient Number',
  12: 'URI',
  110037: 'URI',
  110100: 'Application Activity',
  110101: 'Audit Log Used',
  110103: 'DICOM Instances Accessed',
  110104: 'DICOM Instances Transferred',
  110105: 'DICOM Study Deleted',
  110106: 'Export',
  110107: 'Import',
  110111: 'Procedure Record',
  110113: 'Security Alert',
  110114: 'User Authentication',
  110120: 'Application Start',
  110121: 'Application Stop',
  110122: 'Login',
  110126: 'Node Authentication',
  110128: 'Network Configuration',
  110129: 'Security Configuration',
  110131: 'Software Configuration',
  110134: 'Audit Recording Started',
  110137: 'User Security Attributes Changed',
  110150: 'Application',
  110151: 'Application Launcher',
  110152: 'Destination Role ID',
  110153: 'Source Role ID',
  110154: 'Destination Media',
  110155: 'Source Media',
  110180: 'Study Instance UID',
  110182: 'Node ID',
}

function* codeProblems(message: Element): Generator<string> {
  for (const element of message.querySelectorAll('[csd-code]')) {
    const code = element.getAttribute('csd-code') ?? ''
    const scheme = code.length < 3 ? 'RFC-3881' : 'DCM'
    if (element.getAttribute('codeSystemName') !== scheme) yield `${element.localName}: ${code} of another scheme`
    if (element.getAttribute('originalText') !== meanings[code])
      yield `${element.localName}: ${code} does not mean that`
  }
}

const isWithin = (count: number, [least, most]: readonly [number, number]): boolean => count >= least && count <= most

function* participantProblems(table: Table, event: string, participants: readonly Element[]): Generator<string> {
  if (!isWithin(participants.length, table.participants)) yield `${participants.length} participants`
  for (const [role, often] of Object.entries(table.roles ?? {})) {
    const count = participants.filter((each) => codesOf(each, 'RoleIDCode').includes(role)).length
    if (!isWithin(count, often)) yield `${count} × role ${role}`
  }
  const requestors = participants.filter((each) => each.getAttribute('UserIsRequestor') === 'true')
  if (requestors.length > 1) yield `${requestors.length} requestors`
  for (const each of participants) {
    const isMedium = codesOf(each, 'RoleIDCode').some((role) => role === '110154' || role === '110155')
    if (isMedium && each.getAttribute('UserIsRequestor') !== 'false') yield 'a medium that requests'
    if (isMedium !== (each.querySelector('MediaType') !== null))
      yield 'MediaType where there is no medium, or the reverse'
    const place = ['NetworkAccessPointID', 'NetworkAccessPointTypeCode'].map((name) => each.hasAttribute(name))
    if (place[0] !== place[1]) yield 'a network access point by half'
    if (event === '110114' && !place[0]) yield 'no network access point'
  }
}

function* objectProblems(table: Table, event: string, objects: readonly Element[]): Generator<string> {
  const typesOf = (object: Element): string =>
    [
      codesOf(object, 'ParticipantObjectIDTypeCode')[0],
      object.getAttribute('ParticipantObjectTypeCode'),
      object.getAttribute('ParticipantObjectTypeCodeRole'),
    ].join(' ')
  const kinds = objects.map(typesOf)
  const studies = kinds.filter((kind) => kind === '110180 2 3').length
  const patients = kinds.filter((kind) => kind === '2 1 1').length
  if (studies < (table.studies ?? 0)) yield 'no study'
  if (patients < (table.patients ?? 0)) yield 'no patient'
  const isOfOnePatient = ['110103', '110104', '110105', '110111'].includes(event)
  if (isOfOnePatient && patients > 1) yield `${patients} patients`
  const others = kinds.filter((kind) => kind !== '110180 2 3' && kind !== '2 1 1')
  const mayBe = (table.others ?? []).map((type) => `${type} 2 13`)
  for (const kind of others) if (!mayBe.includes(kind)) yield `an object ${kind}`
  if (table.others && others.length === 0) yield 'no object of its own'
  if (table.studies === undefined && table.patients === undefined && studies + patients > 0) yield 'a patient in it'
  const isDescribed = objects.some((object) =>
    object.querySelector('ParticipantObjectDetail[type="Alert Description"]'),
  )
  if (event === '110113' && !isDescribed) yield 'no Alert Description'
}

/** Everything in which a message is not as PS3.15 A.5 wants it. */
export function auditMessageProblems(xml: string): Problems {
  const message = new DOMParser().parseFromString(xml, 'text/xml').documentElement
  const shape = [...shapeProblems(message), ...codeProblems(message)]
  const identification = message.querySelector('EventIdentification')
  const [event = ''] = identification ? codesOf(identification, 'EventID') : []
  const table = tables[event]
  if (!identification || !table) return [...shape, `no event ${event}`]
  const types = codesOf(identification, 'EventTypeCode')
  const isOfType = table.types ? types.length === 1 && types.every((type) => table.types?.includes(type)) : true
  return [
    ...shape,
    ...(table.action.test(identification.getAttribute('EventActionCode') ?? '') ? [] : ['another action']),
    ...(isOfType ? [] : [`type ${types.join()}`]),
    ...participantProblems(table, event, [...message.querySelectorAll('ActiveParticipant')]),
    ...objectProblems(table, event, [...message.querySelectorAll('ParticipantObjectIdentification')]),
  ]
}
